"""The school's pages as their users meet them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from schools.models import Enrolment, GuardianContact, Pairing
from tests.asking import in_chinese, shows
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    ContactFactory,
    EnrolmentFactory,
    ExcuseFactory,
    GuardianshipFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CONTACT = {"kind": "GUARDIAN", "means": "PHONE", "summary": "都好"}


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def teacher(school):
    return PostingFactory(role="CLASS_TEACHER", organisation=school)


@pytest.fixture
def lead(school):
    return PostingFactory(role="PRINCIPAL", organisation=school)


@pytest.fixture
def child(school, teacher):
    child = ChildFactory()
    GuardianshipFactory(child=child, is_main_carer=True)
    CaseAccessFactory(child=child, organisation=school)
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    EnrolmentFactory(child=child, school=school_of(school))
    return child


def today():
    return timezone.localdate()


def test_a_plain_contact_needs_one_sentence(client, child, teacher):
    sign_in(client, teacher)
    url = reverse("schools:contact_add", args=[child.case_number])
    offered = client.get(url).context["form"].initial

    typed = CONTACT | {"happened_on": today(), "guardianship": offered["guardianship"]}
    answer = client.post(url, typed)

    assert answer.status_code == 302
    row = GuardianContact.objects.get()
    assert (row.helper, row.child, row.summary) == (teacher, child, "都好")
    assert row.guardianship == child.guardianships.get()
    assert row.history.get().history_user == teacher.user


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"summary": ""}, "summary"),
        ({"happened_on": today() + timedelta(days=1)}, "happened_on"),
        ({"minutes": "-3"}, "minutes"),
        ({"minutes": "99999"}, "minutes"),
        ({"means": ""}, "means"),
        ({"subjects": ["STUDY", "X"]}, "subjects"),
        ({"follow_up_on": "2020-01-01"}, None),
        ({"kind": "X"}, "kind"),
        ({"guardianship": "999999"}, "guardianship"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_keeps_the_rest(
    client, child, teacher, typed, field
):
    sign_in(client, teacher)
    url = reverse("schools:contact_add", args=[child.case_number])

    answer = client.post(url, CONTACT | {"happened_on": today(), "agreed": "周五再打"} | typed)

    assert answer.status_code == 200
    form = answer.context["form"]
    assert form.errors[field] if field else form.errors
    assert "周五再打" in answer.content.decode()
    assert not GuardianContact.objects.exists()


def test_another_childs_guardian_cannot_be_named(client, child, teacher):
    sign_in(client, teacher)
    other = GuardianshipFactory()

    answer = client.post(
        reverse("schools:contact_add", args=[child.case_number]),
        CONTACT | {"happened_on": today(), "guardianship": other.pk},
    )

    assert "guardianship" in answer.context["form"].errors


def test_a_form_sent_twice_is_one_contact(client, child, teacher):
    sign_in(client, teacher)
    url = reverse("schools:contact_add", args=[child.case_number])
    key = client.get(url).context["submission"]
    typed = CONTACT | {"happened_on": today(), "submission": key}

    assert [client.post(url, typed).status_code for _ in "12"] == [302, 302]
    assert GuardianContact.objects.count() == 1


def test_the_helper_sees_what_is_due_overdue_first(client, school, teacher, child):
    PairingFactory(child=child, helper=teacher, starts_on=today() - timedelta(days=200))
    calm = ChildFactory(risk_level="LOW")
    CaseAccessFactory(child=calm, user=teacher.user, reason="PAIRING")
    PairingFactory(child=calm, helper=teacher, starts_on=today())
    for days in (9, 8, 7):
        ContactFactory(
            child=child, happened_on=today() - timedelta(days=days), is_reached=False, summary=""
        )
    sign_in(client, teacher)

    lines = client.get(reverse("schools:paired_children")).context["lines"]

    assert [line.row.child for line in lines] == [child, calm]
    assert [line.is_overdue for line in lines] == [True, False]
    assert lines[0].row.is_visit


def test_a_helper_sees_nothing_of_children_paired_with_others(client, teacher, child, school):
    PairingFactory(child=child, helper=PostingFactory(role="CLASS_TEACHER", organisation=school))
    sign_in(client, teacher)

    assert client.get(reverse("schools:paired_children")).context["lines"] == []


def test_the_list_takes_the_same_queries_for_one_child_and_for_ten(
    client, teacher, child, django_assert_num_queries
):
    sign_in(client, teacher)
    url = reverse("schools:paired_children")

    def counted():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    PairingFactory(child=child, helper=teacher)
    counted()  # the first page of a process reads what later ones know
    one = counted()
    for _ in range(9):
        another = ChildFactory()
        CaseAccessFactory(child=another, user=teacher.user, reason="PAIRING")
        PairingFactory(child=another, helper=teacher)
        ContactFactory(child=another)

    assert counted() == one


def test_the_lead_is_shown_who_has_no_helper_and_pairs(client, lead, teacher, child):
    sign_in(client, lead)
    page = client.get(reverse("schools:paired_children"))
    assert page.context["unpaired"] == [child]

    url = reverse("schools:pairing_add", args=[child.case_number])
    assert client.post(url, {"helper": teacher.pk, "replaces": ""}).status_code == 302

    assert Pairing.objects.get().helper == teacher
    assert client.get(reverse("schools:paired_children")).context["unpaired"] == []


def test_a_helper_who_is_gone_is_no_helper(client, lead, child):
    yesterday = timezone.localdate() - timedelta(days=1)
    gone = PostingFactory(role="CLASS_TEACHER", organisation=lead.organisation, ends_on=yesterday)
    PairingFactory(child=child, helper=gone)
    sign_in(client, lead)

    assert client.get(reverse("schools:paired_children")).context["unpaired"] == [child]


def test_a_change_of_helper_needs_its_reason_and_ends_the_old_ones_access(
    client, lead, teacher, child
):
    row = PairingFactory(child=child, helper=teacher)
    new = PostingFactory(role="SUBJECT_TEACHER", organisation=lead.organisation)
    sign_in(client, lead)
    url = reverse("schools:pairing_add", args=[child.case_number])

    refused = client.post(url, {"helper": new.pk, "replaces": row.pk})
    assert "reason" in refused.context["form"].errors
    assert client.post(url, {"helper": new.pk, "replaces": row.pk, "reason": "调走"}).url

    sign_in(client, teacher)
    gone = client.get(reverse("schools:child_school", args=[child.case_number]))
    assert gone.status_code == 404


def test_a_lead_who_was_slower_is_told_who_helps_the_child(client, lead, teacher, child):
    other = PostingFactory(role="SUBJECT_TEACHER", organisation=lead.organisation)
    sign_in(client, lead)
    url = reverse("schools:pairing_add", args=[child.case_number])
    PairingFactory(child=child, helper=other)

    answer = client.post(url, {"helper": teacher.pk, "replaces": "", "reason": "新学期"})

    assert other.user.full_name in str(answer.context["form"].non_field_errors())
    assert Pairing.objects.get().helper == other


def test_staff_of_another_school_cannot_be_chosen(client, lead, child):
    stranger = PostingFactory(role="CLASS_TEACHER")
    sign_in(client, lead)

    answer = client.post(
        reverse("schools:pairing_add", args=[child.case_number]), {"helper": stranger.pk}
    )

    assert "helper" in answer.context["form"].errors
    assert not Pairing.objects.exists()


def test_the_new_helper_confirms_the_handover_once(client, teacher, child):
    row = PairingFactory(child=child, helper=teacher)
    sign_in(client, teacher)
    assert client.get(reverse("schools:child_school", args=[child.case_number])).context["mine"]

    url = reverse("schools:handover_confirm", args=[child.case_number])
    client.post(url)
    row.refresh_from_db()
    first = row.confirmed_at
    client.post(url)
    row.refresh_from_db()

    assert first is not None
    assert row.confirmed_at == first


def test_a_principal_moves_a_child_to_another_school_and_sees_it_no_more(client, lead, child):
    other = school_of(OrganisationFactory(name="第二小学"))
    sign_in(client, lead)
    typed = {
        "school": other.pk, "stage": "PRIMARY", "grade": 4, "placement": "ORDINARY",
        "status": "ENROLLED", "starts_on": today(), "reason": "转学",
    }  # fmt: skip
    url = reverse("schools:enrolment_add", args=[child.case_number])

    assert client.post(url, typed).url == reverse("home")
    assert client.get(url).status_code == 404
    assert Enrolment.objects.get(ends_on=None).school == other


def test_who_left_by_mistake_or_comes_from_primary_school_is_put_on_a_roll_without_typing(
    client, school, lead, child
):
    row = Enrolment.objects.get()
    row.grade, row.roll_number = 6, "G990101201603010088"
    row.save()
    sign_in(client, lead)
    data = {"end_reason": "GRADUATED", "left_on": today(), "reason": "小学毕业"}
    answer = client.post(
        reverse("schools:enrolment_end", args=[child.case_number]), data, follow=True
    )
    assert shows(answer, child.name)  # and that it is seen no more

    sign_in(client, PostingFactory())  # the township
    url = reverse("schools:enrolment_add", args=[child.case_number])
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value()}
    assert (typed["stage"], typed["grade"]) == ("JUNIOR", 1)
    assert "0088" in typed["roll_number"]
    assert "20160301" not in typed["roll_number"]
    client.post(url, typed | {"school": school_of(OrganisationFactory()).pk})
    row = Enrolment.objects.get(ends_on=None)
    assert (row.stage, row.roll_number) == ("JUNIOR", "G990101201603010088")


def test_of_two_who_change_one_childs_roll_the_second_is_told_where_it_is_now(client, lead, child):
    sign_in(client, lead)
    url = reverse("schools:enrolment_add", args=[child.case_number])
    shown = re.search(r'name="shown" value="(\d+)"', client.get(url).content.decode())[1]
    typed = {
        "school": lead.organisation_id, "stage": "PRIMARY", "grade": 5, "class_name": "3班",
        "placement": "ORDINARY", "status": "ENROLLED", "starts_on": today(), "reason": "分班",
        "shown": shown,
    }  # fmt: skip
    client.post(url, typed)

    answer = client.post(url, typed | {"class_name": "4班", "reason": "随姐姐同班"})

    assert Enrolment.objects.get(ends_on=None).class_name == "3班"
    assert "3班" in str(answer.context["form"].non_field_errors())
    assert answer.context["form"]["reason"].value() == "随姐姐同班"
    now = re.search(r'name="shown" value="(\d+)"', answer.content.decode())[1]
    assert client.post(url, typed | {"class_name": "4班", "shown": now}).status_code == 302
    leaves = reverse("schools:enrolment_end", args=[child.case_number])
    left = {"end_reason": "TRANSFERRED", "left_on": today(), "reason": "外省", "shown": now}
    assert client.post(leaves, left).context["form"].errors


def test_a_visit_at_home_is_offered_where_one_is_due_and_not_from_habit(client, teacher, child):
    for kind, means in (("GUARDIAN", "VIDEO"), ("HOME_VISIT", "IN_PERSON")):
        ContactFactory(child=child, helper=teacher, kind=kind, means=means, happened_on=today())
    sign_in(client, teacher)
    url = reverse("schools:contact_add", args=[child.case_number])
    initial = client.get(url).context["form"].initial
    assert (initial["kind"], initial["means"]) == ("GUARDIAN", "VIDEO")


def test_a_grade_that_the_stage_has_not_is_refused_in_words(client, lead, child):
    sign_in(client, lead)
    typed = {
        "school": lead.organisation_id, "stage": "PRIMARY", "grade": 7, "placement": "ORDINARY",
        "status": "ENROLLED", "starts_on": today(), "reason": "升级",
    }  # fmt: skip

    answer = client.post(reverse("schools:enrolment_add", args=[child.case_number]), typed)

    assert answer.status_code == 200
    assert in_chinese("This stage has no such grade.") in answer.context["form"].non_field_errors()
    assert Enrolment.objects.count() == 1


def test_older_contacts_follow_page_by_page(client, teacher, child):
    for day in range(25):
        ContactFactory(child=child, happened_on=today() - timedelta(days=day))
    sign_in(client, teacher)
    url = reverse("schools:child_school", args=[child.case_number])

    older = reverse("schools:contact_list", args=[child.case_number])

    (first,) = [p for name, p in client.get(url).context["main"] if "contacts" in name]
    rest = client.get(older, {"before": first["rows"][-1].pk}).context["panel"]

    shown = [row.pk for row in first["rows"] + rest["rows"]]
    assert len(shown) == len(set(shown)) == 25
    assert (first["has_more"], rest["has_more"]) == (True, False)


def test_who_is_suspended_without_an_approval_is_to_be_registered_back(client, lead, school):
    """While the approval runs nobody is told to."""
    row = EnrolmentFactory(school=school_of(school), status="SUSPENDED")
    CaseAccessFactory(child=row.child, organisation=school)
    sign_in(client, lead)

    def is_to_return():
        page = client.get(reverse("schools:child_school", args=[row.child.case_number]))
        (panel,) = [panel for name, panel in page.context["side"] if "roll" in name]
        return panel["is_to_return"]

    assert is_to_return()
    ExcuseFactory(child=row.child, starts_on=today(), ends_on=today() + timedelta(days=30))
    assert not is_to_return()
