"""The school's page: doors that open, in a constant number of queries, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from schools.models.group_overview import MOST
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    PairingFactory,
    PostingFactory,
    SchoolYearFactory,
    WorkingGroupFactory,
    school_of,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
HUB = "/schools/"
STAFF = (
    Role.PRINCIPAL, Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.COUNSELLOR,
    Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER,
)  # fmt: skip


@pytest.mark.parametrize("role", STAFF)
def test_every_door_that_is_shown_opens(client, role):
    posting = posted_as(role)
    if posting.organisation_id:
        school_of(posting.organisation)
    sign_in(client, posting)
    answer = client.get(HUB)
    doors = set(re.findall(r'href="(/schools/[a-z][^"]*)"', answer.content.decode()))

    assert answer.status_code == 200
    assert doors
    assert {door: client.get(door).status_code for door in doors} == dict.fromkeys(doors, 200)


def test_a_teacher_is_led_to_the_children_whose_contact_is_due(client):
    teacher = PostingFactory(role=Role.CLASS_TEACHER)
    child, other = ChildFactory(name="丁小四"), ChildFactory(name="不相干")
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    PairingFactory(child=child, helper=teacher)
    PairingFactory(child=other)
    sign_in(client, teacher)

    page = client.get(HUB).content.decode()

    assert reverse("schools:contact_add", args=[child.case_number]) in page
    assert other.name not in page
    assert reverse("schools:pairing_board") not in page


def test_ten_children_ask_no_more_queries_than_one(client, django_assert_max_num_queries):
    teacher = PostingFactory(role=Role.CLASS_TEACHER)
    counts = []
    for more in (1, 9):
        for _number in range(more):
            child = ChildFactory()
            CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
            PairingFactory(child=child, helper=teacher)
        sign_in(client, teacher)
        client.get(HUB)  # what is asked once for all is asked now
        with django_assert_max_num_queries(60) as asked:
            client.get(HUB)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_what_is_not_counted_to_the_end_is_not_called_a_count(client):
    lead = PostingFactory(role=Role.PRINCIPAL)
    school = school_of(lead.organisation)
    WorkingGroupFactory(school=school, year=this_year())
    for _number in range(MOST + 2):
        child = ChildFactory()
        CaseAccessFactory(child=child, organisation=lead.organisation)
        EnrolmentFactory(child=child, school=school)
    sign_in(client, lead)

    assert f"{MOST}+" in client.get(HUB).content.decode()


def this_year():
    today = timezone.localdate()
    return SchoolYearFactory(
        starts_on=today - timedelta(days=90), ends_on=today + timedelta(days=180)
    )
