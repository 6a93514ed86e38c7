"""The record of sharing: who reads it, what it tells, how it is searched."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.asking import shows
from tests.factories import COUNTY, PostingFactory, SharingRecordFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def page(role, code=COUNTY, **asked):
    client = sign_in(Client(), PostingFactory(role=role, area=area(code)))
    return client.get(reverse("exchange:sharing_list"), asked)


@pytest.mark.parametrize("role", ["COUNTY_OFFICER", "AUDITOR"])
def test_the_county_and_who_audits_it_read_what_was_shared(role):
    row = SharingRecordFactory(area_code=COUNTY, department="县残联", file_hash=b"\xab" * 32)
    SharingRecordFactory(area_code="330128", department="别县民政")

    answer = page(role)

    assert shows(answer, "县残联")
    assert shows(answer, "ab" * 32)
    assert not shows(answer, "别县民政")
    assert [line["row"] for line in answer.context["lines"]] == [row]


@pytest.mark.parametrize("role", ["AUDITOR", "COUNTY_OFFICER"])
def test_of_another_county_nothing_is_told(role):
    SharingRecordFactory(area_code=COUNTY, department="县残联")
    assert page(role, "330128").context["lines"] == []


def test_days_direction_and_department_filter_and_an_error_filters_nothing():
    today = timezone.now()
    old = SharingRecordFactory(area_code=COUNTY, department="教育局", at=today - timedelta(days=9))
    new = SharingRecordFactory(area_code=COUNTY, department="公安局", at=today)

    def found(**asked):
        return [line["row"] for line in page("AUDITOR", **asked).context["lines"]]

    assert found() == [new, old]
    assert found(last=f"{today - timedelta(days=8):%Y-%m-%d}") == [old]
    assert found(first=f"{timezone.localdate()}") == [new]
    assert found(department="教育") == [old]
    assert found(direction="nowhere", first="2026-02-30") == [new, old]


def test_a_kind_of_list_filters_by_its_direction():
    came = SharingRecordFactory(area_code=COUNTY, direction="IN", kind="school_roll")
    went = SharingRecordFactory(area_code=COUNTY, direction="OUT", kind="school_roll")

    def found(kind):
        lines = page("COUNTY_OFFICER", kind=kind).context["lines"]
        return [(line["row"], line["title"]) for line in lines]

    (came_back,), (went_away,) = found("IN.school_roll"), found("OUT.school_roll")
    assert came_back == (came, "学籍基础信息表")
    assert went_away == (went, "学籍核对表")
    assert found("OUT.deaths") == found("nowhere.nothing"), "an error filters nothing"


def test_what_every_door_gives_away_is_called_by_its_name():
    for kind in ("civil_quarter", "prison_results", "api.social"):
        SharingRecordFactory(area_code=COUNTY, direction="OUT", kind=kind, fields=["name"])

    titles = {line["title"] for line in page("AUDITOR").context["lines"]}

    assert titles.isdisjoint({"civil_quarter", "prison_results", "api.social", "服刑查询结果"})


def test_many_records_are_read_with_as_many_queries_as_one():
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert page("COUNTY_OFFICER").status_code == 200
        return len(asked)

    for direction in ("IN", "OUT"):
        SharingRecordFactory(area_code=COUNTY, direction=direction, kind="child_welfare")
    queries()
    one = queries()
    for kind in ("child_welfare", "deaths", "civil_quarter", "api.social", "prison_results"):
        for direction in ("IN", "OUT"):
            SharingRecordFactory(area_code=COUNTY, direction=direction, kind=kind)

    assert queries() == one


def test_older_ones_follow_page_by_page():
    rows = [
        SharingRecordFactory(area_code=COUNTY, at=timezone.now() - timedelta(days=day))
        for day in range(27)
    ]
    first = page("COUNTY_OFFICER").context
    assert [line["row"] for line in first["lines"]] == rows[:25]
    rest = page("COUNTY_OFFICER", before=first["older"]).context
    assert [line["row"] for line in rest["lines"]] == rows[25:]
    assert rest["older"] == ""
