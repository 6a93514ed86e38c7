"""The school's page: doors that open, in a constant number of queries, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import ROLE_PERMISSIONS
from accounts.roles import Role
from schools.models.group_overview import MOST
from tests.factories import (
    VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    ReferralFactory,
    SchoolYearFactory,
    WorkingGroupFactory,
    school_of,
)
from tests.signing_in import sign_in
from tests.test_role_url import VIEWS
from tests.world import posted_as, whole_file

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


def links(answer):
    return set(re.findall(r'href="(/schools/[^"?#]*)', answer.content.decode()))


def test_every_page_of_the_school_is_one_or_two_clicks_away(client):
    school = OrganisationFactory()
    lead = PostingFactory(role=Role.PRINCIPAL, organisation=school)
    whole_file(VILLAGE, school)
    day = timezone.localdate()
    year = SchoolYearFactory(
        name=f"{day.year}-{day.year + 1}", starts_on=day, ends_on=day + timedelta(days=200)
    )
    WorkingGroupFactory(school=school_of(school), year=year)
    sign_in(client, lead)
    pages = {
        reverse(name)
        for name, view, names in VIEWS
        if name.startswith("schools:") and not names
        and view.required_permission in ROLE_PERMISSIONS[Role.PRINCIPAL]
        and client.get(reverse(name)).status_code != 405
    }  # fmt: skip

    near = links(client.get(HUB))
    far = set().union(*(links(client.get(url)) for url in near))

    assert pages - {HUB} - near - far == set()


def test_referrals_are_named_to_those_who_look_after_wellbeing_alone(client):
    teacher = PostingFactory(role=Role.CLASS_TEACHER)
    lead = PostingFactory(role=Role.PRINCIPAL, organisation=teacher.organisation)
    child = ChildFactory()
    CaseAccessFactory(child=child, organisation=teacher.organisation)
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    row = ReferralFactory(child=child, organisation=teacher.organisation)
    url = reverse("schools:referral_detail", args=[child.case_number, row.pk])

    sign_in(client, lead)
    assert url in links(client.get(HUB))
    sign_in(client, teacher)
    assert url not in links(client.get(HUB))
