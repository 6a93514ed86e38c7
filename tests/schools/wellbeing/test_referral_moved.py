"""Child or counsellor goes elsewhere: whose the referral is, and who sees the file no more."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from children.models import CaseAccess
from schools.actions.enrolment import enrol
from schools.actions.referral import close
from schools.models import Referral
from tests.asking import shows
from tests.factories import (
    CaseAccessFactory,
    EnrolmentFactory,
    OrganisationFactory,
    PostingFactory,
    ReferralFactory,
    school_of,
)
from tests.signing_in import sign_in

from .words import SELF_HARM, answers, at, posted, strong, today

pytestmark = pytest.mark.django_db


def test_a_referral_nobody_took_waits_at_the_new_school_and_no_more_at_the_old(
    client, child, school, teacher, counsellor, lead
):
    EnrolmentFactory(child=child, school=school_of(school))
    sign_in(client, teacher)
    client.post(at(child, "observation_add"), answers(strong(SELF_HARM, 1)))
    place = OrganisationFactory()
    new_lead, theirs = posted(place, Role.PRINCIPAL), posted(place, Role.COUNSELLOR)

    moved(child, school_of(place), lead)

    row = Referral.objects.get()
    assert (row.organisation, row.state, row.is_urgent) == (place, "OPEN", True)
    url = at(child, "referral_detail", row.pk)
    for posting, status in ((counsellor, 404), (lead, 404), (theirs, 200), (new_lead, 200)):
        sign_in(client, posting)
        assert client.get(url).status_code == status
        assert shows(client.get(reverse("home")), url) == (status == 200)


def moved(child, school, by):
    facts = {
        "school": school, "stage": "PRIMARY", "grade": 4, "class_name": "", "is_boarding": False,
        "placement": "ORDINARY", "status": "ENROLLED", "starts_on": today(), "roll_number": "",
    }  # fmt: skip
    enrol(child=child, facts=facts, reason="搬家", by=by.user, now=timezone.now(), today=today())


def test_one_that_was_taken_is_ended_by_the_two_after_the_child_left(
    client, child, school, counsellor, lead
):
    EnrolmentFactory(child=child, school=school_of(school))
    row = ReferralFactory(
        child=child, organisation=school, state="TAKEN", counsellor=counsellor.user, lead=lead.user
    )
    CaseAccessFactory(child=child, user=counsellor.user, reason="REFERRAL")

    moved(child, school_of(OrganisationFactory()), lead)
    close(referral=row, outcome="LEFT", text="已转学", by=counsellor, now=timezone.now())

    sign_in(client, counsellor)
    assert client.get(at(child, "referral_detail", row.pk)).status_code == 404


def test_a_counsellor_posted_elsewhere_does_not_take_the_files_along(
    client, child, school, teacher, counsellor
):
    sign_in(client, teacher)
    client.post(at(child, "observation_add"), answers(strong(SELF_HARM, 1)))
    elsewhere = PostingFactory(user=counsellor.user, role=Role.COUNSELLOR, area=None)
    url = at(child, "referral_detail", Referral.objects.get().pk)

    counsellor.ends_on = today() - timedelta(days=1)
    counsellor.save()

    sign_in(client, elsewhere)
    assert client.get(url).status_code == 404
    row = CaseAccess.objects.get(reason="REFERRAL")
    assert row.history.count() == 2
