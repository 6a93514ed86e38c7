"""The record of sharing: who reads it, what it tells, how it is searched."""

from datetime import timedelta

import pytest
from django.test import Client
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
