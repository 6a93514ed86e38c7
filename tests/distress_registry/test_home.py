"""Home: what it counts is what the list behind it shows, and alarms reach who can act."""

import re
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.models import Heartbeat
from accounts.roles import Role
from tests.asking import in_chinese
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    GuardianshipFactory,
    ListUploadFactory,
    OrganisationFactory,
    PaymentRunFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/children/[^"]*\?[^"]*)">[^<]*?(\d+)</a>')


@pytest.mark.parametrize("role", [Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER])
def test_each_count_opens_a_list_of_as_many(client, role):
    for number in range(7):
        status = {"status": "ACTIVE"} if number % 2 else {}
        child = ChildFactory(**status)
        if number % 3:
            GuardianshipFactory(child=child, is_main_carer=True)
    ChildFactory(status="CLOSED", closed_on=date(2026, 2, 1), closing_reason="OTHER")
    sign_in(client, posted_as(role))
    links = LINK.findall(client.get("/").content.decode())

    assert len(links) >= 5
    for address, number in links:
        page = client.get(address.replace("&amp;", "&")).content.decode()
        cases = set(re.findall(r'href="/children/(\d{16})/"', page))
        assert len(cases) == int(number), address


def test_a_checked_run_asks_the_county_for_its_signature_until_it_is_approved(client):
    posting = posted_as(Role.COUNTY_OFFICER)
    run = PaymentRunFactory(area=area(TOWNSHIP), month=date(2026, 1, 1))
    run.state, run.built_at = "CHECKED", timezone.now()
    run.checked_at, run.line_count, run.total = timezone.now(), 1, 100
    run.checked_by = run.built_by or posted_as(Role.CHILD_SUPERVISOR).user
    run.save()
    sign_in(client, posting)

    assert f"/assistance/runs/{run.pk}/" in client.get("/").content.decode()


@pytest.mark.parametrize("role", Role)
def test_only_those_who_work_on_applications_are_told_that_none_waits(client, role):
    sign_in(client, posted_as(role))

    told = in_chinese("Applications waiting for your step") in client.get("/").content.decode()

    assert told == (Permission.APPLICATION_ENTER in ROLE_PERMISSIONS[role])


def test_an_administrator_is_told_when_the_clock_stands_still(client):
    sign_in(client, posted_as(Role.ADMINISTRATOR))
    before = client.get("/").content.decode()
    Heartbeat.beat("worker", timezone.now())

    assert "alert-danger" in before
    assert "alert-danger" not in client.get("/").content.decode()


def found(client, text):
    return client.post("/search/", {"text": text}, follow=True).content.decode()


def test_the_search_box_finds_schools_and_guardians_beside_children(client):
    school = OrganisationFactory(
        kind="SCHOOL", code="2133000777", name="千岛湖镇中心小学", area=area(TOWNSHIP)
    )
    care = GuardianshipFactory(guardian__name="欧阳建国", guardian__recorded_in=area(VILLAGE))
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))

    for text in ("千岛湖", "qdh", "qiandaohu"):
        assert f"?school={school.pk}" in found(client, text)
    assert f"/children/{care.child.case_number}/" in found(client, "欧阳")
    answer = client.post("/search/", {"text": "曾小明"})
    assert answer.url.startswith("/children/?search=")


def test_a_guardian_of_another_township_is_not_found(client):
    GuardianshipFactory(
        child__residence_area=area(OTHER_VILLAGE), guardian__name="欧阳建国",
        guardian__recorded_in=area(OTHER_VILLAGE),
    )  # fmt: skip
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))

    assert client.post("/search/", {"text": "欧阳建国"}).url.startswith("/children/?search=")


def test_a_list_that_is_stuck_or_waits_stands_on_the_countys_home(client):
    now = timezone.now()
    stuck, waits, works = (
        ListUploadFactory(state=state) for state in ("CHECKING", "CHECKED", "SENT")
    )
    with patch("django.utils.timezone.now", return_value=now - timedelta(hours=2)):
        stuck.save()
    sign_in(client, posted_as(Role.COUNTY_OFFICER))

    page = client.get("/").content.decode()
    assert f"/exchange/in/{stuck.pk}/" in page
    assert f"/exchange/in/{waits.pk}/" in page
    assert f"/exchange/in/{works.pk}/" not in page
