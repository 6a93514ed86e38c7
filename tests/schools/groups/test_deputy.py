"""Who stands in for a helper on leave does that helper's work: nothing of it waits unseen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from schools.actions.notice_sending import make_ready
from schools.models import NoticeDelivery, Pairing
from schools.models.growth_marking import marker_of, seat_subjects
from tests.asking import shows
from tests.factories import (
    CaseAccessFactory,
    DeputyFactory,
    GrowthRecordFactory,
    GuardianFactory,
    GuardianshipFactory,
    OrganisationFactory,
    PostingFactory,
    SeatFactory,
    SeatHolderFactory,
    school_of,
)
from tests.schools.notices import FACTS, written
from tests.signing_in import sign_in

from .words import child_at, helped_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def away(school):
    return PostingFactory(role="SUBJECT_TEACHER", organisation=school)


@pytest.fixture
def child(school, away):
    child = child_at(school)
    helped_by(away, child)
    GuardianshipFactory(child=child, guardian=GuardianFactory(phone=""), is_main_carer=True)
    return child


@pytest.fixture
def deputy(away, child):
    row = DeputyFactory(stands_in_for=away)
    CaseAccessFactory(child=child, user=row.user, reason="DEPUTY")
    return row


def test_a_notice_of_who_is_away_waits_on_the_deputys_desk(client, school, child):
    teacher = PostingFactory(role="CLASS_TEACHER", organisation=school)
    row, _other = written(child, by=teacher), written(child_at(school), by=teacher)
    helped_by(teacher, child, is_main=False)
    make_ready(now=timezone.now())
    deputy = DeputyFactory(stands_in_for=teacher)
    CaseAccessFactory(child=child, user=deputy.user, reason="DEPUTY")
    sign_in(client, deputy)

    assert client.get(reverse("schools:notice_list")).context["rows"] == [row]
    assert shows(client.get("/"), FACTS["subject"])
    delivery = NoticeDelivery.objects.get(child=child)
    told = {"version": delivery.version, "means": "PHONE", "is_reached": "yes", "answer": "YES"}
    url = reverse("schools:delivery_tell", args=[child.case_number, delivery.pk])
    assert client.post(url, told).status_code == 302
    delivery.refresh_from_db()
    assert delivery.answer == "YES"
    # One text for all of the absent colleague's children, and a wrong one taken back.
    assert shows(client.get(reverse("schools:notice_bulk")), child.name)
    page = client.get(reverse("schools:notice_detail", args=[child.case_number, row.pk]))
    assert page.context["may_withdraw"]


def test_a_deputy_fills_the_record_and_gives_the_marks_of_who_is_away(
    client, school, away, child, deputy
):
    record = GrowthRecordFactory(child=child, school=school_of(school))
    seat = SeatFactory(group__school=school_of(school), kind="SUBJECT_TEACHER", subject="数学")
    SeatHolderFactory(seat=seat, holder=away)
    sign_in(client, deputy)

    page = client.get(reverse("schools:growth_fill", args=[child.case_number, record.pk]))

    assert "comment" in page.context["form"].fields
    today = timezone.localdate()
    assert seat_subjects(deputy, today) == ["数学"]
    assert marker_of(deputy, today).subjects == marker_of(away, today).subjects


def test_a_deputy_reads_and_confirms_what_was_handed_to_who_is_away(client, child, deputy):
    sign_in(client, deputy)
    assert shows(client.get("/"), child.name)

    client.post(reverse("schools:handover_confirm", args=[child.case_number]))

    row = Pairing.objects.get(child=child)
    assert row.confirmed_at is not None
    assert row.history.first().history_user == deputy.user


def test_after_one_handover_the_next_is_opened_the_most_pressing_first(client, school):
    helper = PostingFactory(role="CLASS_TEACHER", organisation=school)
    low, high = child_at(school, risk_level="LOW"), child_at(school, risk_level="HIGH")
    for child in (low, high):
        helped_by(helper, child)
    sign_in(client, helper)

    answer = client.post(reverse("schools:handover_confirm", args=[low.case_number]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("schools:handover", args=[high.case_number])
    answer = client.post(reverse("schools:handover_confirm", args=[high.case_number]))
    assert answer.url == reverse("schools:child_school", args=[high.case_number])
