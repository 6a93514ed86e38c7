"""Logging and correcting contacts; who is shown what is overdue."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from schools.models import GuardianContact, Pairing
from tests.asking import in_chinese, of
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    ContactFactory,
    GuardianFactory,
    GuardianshipFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
TYPED = {"kind": "GUARDIAN", "means": "PHONE", "summary": "都好", "happened_on": TODAY}


def days(count):
    return timedelta(days=count)


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def teacher(school):
    return PostingFactory(role="CLASS_TEACHER", organisation=school)


def helped_by(teacher, since=TODAY, **facts):
    child = ChildFactory(**facts)
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    CaseAccessFactory(child=child, organisation=teacher.organisation)
    PairingFactory(child=child, helper=teacher, starts_on=since)
    return child


@pytest.fixture
def child(teacher):
    child = helped_by(teacher)
    GuardianshipFactory(child=child, is_main_carer=True)
    return child


def add_url(child):
    return reverse("schools:contact_add", args=[child.case_number])


def change_url(row):
    return reverse("schools:contact_change", args=[row.child.case_number, row.pk])


def post(client, child, **typed):
    return client.post(add_url(child), TYPED | typed)


def test_the_carers_of_today_are_offered_the_main_one_chosen(client, teacher, child):
    uncle = GuardianshipFactory(
        child=child, guardian=GuardianFactory(name="曾叔"), kind="TEMPORARY", relation="UNCLE_AUNT"
    )
    GuardianshipFactory(child=child, guardian=GuardianFactory(name="曾旧"), ends_on=TODAY - days(1))
    sign_in(client, teacher)

    form = client.get(add_url(child)).context["form"]

    main = child.guardianships.get(is_main_carer=True)
    assert list(form.fields["guardianship"].queryset) == [main, uncle]
    assert form.initial["guardianship"] == main.pk


def test_one_talk_is_logged_for_all_children_of_the_household_that_are_ticked(
    client, teacher, child
):
    care = child.guardianships.get()
    sister, brother = helped_by(teacher, name="曾小红"), helped_by(teacher)
    stranger = ChildFactory(name="曾小远")  # of the same grandmother, paired with nobody
    cares = [
        GuardianshipFactory(child=each, guardian=care.guardian)
        for each in (sister, brother, stranger)
    ]
    sign_in(client, teacher)
    page = client.get(add_url(child))
    offered = dict(page.context["form"].fields["siblings"].choices)
    assert offered == {str(sister.pk): "曾小红", str(brother.pk): brother.name}

    typed = {"guardianship": care.pk, "siblings": [sister.pk], "mental_state": "WORRYING"}
    assert post(client, child, **typed).status_code == 302

    own, hers = (GuardianContact.objects.get(child=each) for each in (child, sister))
    assert (hers.guardianship, hers.summary, hers.helper) == (cares[0], own.summary, teacher)
    assert (own.mental_state, hers.mental_state) == ("WORRYING", "")
    assert hers.history.get().history_user == teacher.user
    assert GuardianContact.objects.count() == 2

    # Somebody else was spoken with, or a child that is not offered: nothing is logged for anyone.
    for wrong in ({"siblings": [sister.pk]}, typed | {"siblings": [stranger.pk]}):
        assert post(client, child, **wrong).context["form"].errors["siblings"]
    assert GuardianContact.objects.count() == 2


def test_the_choices_of_last_time_are_offered(client, teacher, child):
    uncle = GuardianshipFactory(child=child, guardian=GuardianFactory(name="曾叔"))
    ContactFactory(child=child, helper=teacher, means="VIDEO", guardianship=uncle)
    sign_in(client, teacher)

    initial = client.get(add_url(child)).context["form"].initial

    assert (initial["means"], initial["guardianship"]) == ("VIDEO", uncle.pk)
    assert initial["mental_state"] == ""  # what was so then need not be so now


def test_a_carer_who_is_one_no_more_is_not_offered_again(client, teacher, child):
    former = GuardianshipFactory(
        child=child, guardian=GuardianFactory(), starts_on=TODAY - days(99), ends_on=TODAY - days(1)
    )
    ContactFactory(child=child, helper=teacher, guardianship=former)
    sign_in(client, teacher)

    initial = client.get(add_url(child)).context["form"].initial

    assert initial["guardianship"] == child.guardianships.get(is_main_carer=True).pk


def test_nobody_reached_needs_no_sentence_and_no_more(client, teacher, child):
    sign_in(client, teacher)

    answer = post(client, child, summary="", unreached="1", mental_state="GOOD")

    assert answer.status_code == 302
    row = GuardianContact.objects.get()
    assert (row.is_reached, row.summary, row.mental_state) == (False, "", "")


def test_the_third_try_in_vain_asks_for_a_visit(client, teacher, child):
    sign_in(client, teacher)
    for _number in range(2):
        post(client, child, summary="", unreached="1")

    answer = client.post(add_url(child), TYPED | {"summary": "", "unreached": "1"}, follow=True)

    text = in_chinese("Saved. Tried in vain too often: please go there.")
    assert text in answer.content.decode()


def test_a_visit_tells_of_the_home_and_is_in_person(client, teacher, child):
    sign_in(client, teacher)

    post(
        client, child, kind="HOME_VISIT", living_conditions="FAIR", child_seen_alone="true",
        subjects=["HEALTH", "SAFETY"],
    )  # fmt: skip

    row = GuardianContact.objects.get()
    assert (row.means, row.living_conditions, row.child_seen_alone) == ("IN_PERSON", "FAIR", True)
    assert row.subjects == ["HEALTH", "SAFETY"]


def test_what_a_kind_of_contact_has_no_use_for_is_dropped(client, teacher, child):
    sign_in(client, teacher)
    carer = child.guardianships.get()

    post(client, child, kind="CHILD_TALK", guardianship=carer.pk, living_conditions="GOOD")

    row = GuardianContact.objects.get()
    assert (row.guardianship, row.living_conditions) == (None, "")


def test_a_follow_up_for_later_stays_agreed_unless_taken_out(client, teacher, child):
    later = TODAY + days(5)
    ContactFactory(child=child, helper=teacher, happened_on=TODAY, follow_up_on=later)
    sign_in(client, teacher)

    assert client.get(add_url(child)).context["form"].initial["follow_up_on"] == later
    post(client, child, follow_up_on="")
    assert client.get(add_url(child)).context["form"].initial["follow_up_on"] is None


# Correcting --------------------------------------------------------------------------------------


def correct(client, row, **typed):
    facts = TYPED | {"is_reached": "on", "version": row.version, "reason": "听错了"} | typed
    return client.post(change_url(row), facts)


def test_ones_own_contact_is_corrected_with_a_reason_that_the_trail_keeps(client, teacher, child):
    row = ContactFactory(child=child, helper=teacher)
    sign_in(client, teacher)

    assert correct(client, row, summary="奶奶说都好", subjects=["STUDY"]).status_code == 302

    row.refresh_from_db()
    assert (row.summary, row.subjects) == ("奶奶说都好", ["STUDY"])
    assert row.history.latest().history_change_reason == "听错了"


def test_without_a_reason_nothing_is_corrected(client, teacher, child):
    row = ContactFactory(child=child, helper=teacher)
    sign_in(client, teacher)

    assert "reason" in correct(client, row, reason="").context["form"].errors


def test_a_contact_logged_as_reached_by_mistake_becomes_a_try(client, teacher, child):
    row = ContactFactory(child=child, helper=teacher, mental_state="GOOD")
    sign_in(client, teacher)

    correct(client, row, is_reached="", summary="", mental_state="GOOD")

    row.refresh_from_db()
    assert (row.is_reached, row.mental_state) == (False, "")


def test_the_contacts_of_others_are_not_corrected(client, school, teacher, child):
    row = ContactFactory(child=child)  # the helper before
    sign_in(client, teacher)

    assert client.get(change_url(row)).status_code == 404
    assert correct(client, row).status_code == 404


def test_who_handed_the_child_over_corrects_nothing_any_more(client, teacher, child):
    row = ContactFactory(child=child, helper=teacher)
    for opened in child.access_rows.filter(user=teacher.user):
        opened.closed_at = timezone.now()
        opened.save()
    sign_in(client, teacher)

    assert client.get(change_url(row)).status_code == 404


def test_another_childs_address_does_not_lead_to_a_contact(client, teacher, child):
    row = ContactFactory(child=child, helper=teacher)
    other = helped_by(teacher)
    sign_in(client, teacher)

    url = reverse("schools:contact_change", args=[other.case_number, row.pk])
    assert client.get(url).status_code == 404


def test_of_two_corrections_at_once_neither_is_lost(client, teacher, child):
    row = ContactFactory(child=child, helper=teacher, happened_on=TODAY)
    opened = row.version
    row.agreed = "周五回电"
    row.save()
    sign_in(client, teacher)

    answer = correct(client, row, version=opened, summary="改过的话", agreed="")

    assert answer.context["others"]
    assert answer.context["form"]["agreed"].value() == "周五回电"
    assert answer.context["form"]["summary"].value() == "改过的话"
    row.refresh_from_db()
    assert row.summary == "一切都好"


def test_the_trail_says_the_subjects_in_words(client, child):
    supervisor = PostingFactory(role="CHILD_SUPERVISOR", area=area(TOWNSHIP))
    ContactFactory(child=child, subjects=["STUDY", "SAFETY"])
    sign_in(client, supervisor)

    page = client.get(of(child, "child_history")).content.decode()

    assert f"{in_chinese('study')}, {in_chinese('safety')}" in page


# Overdue -----------------------------------------------------------------------------------------


OVERDUE = "/schools/overdue/"


def shown(client, posting):
    sign_in(client, posting)
    return [line.row.child for line in client.get(OVERDUE).context["lines"]]


def test_the_lead_sees_it_after_some_days_and_the_township_after_some_more(client, school, teacher):
    helped_by(teacher, TODAY - days(7 + 3))
    late = helped_by(teacher, TODAY - days(7 + 4))
    later = helped_by(teacher, TODAY - days(7 + 11))

    assert shown(client, PostingFactory(role="PRINCIPAL", organisation=school)) == [later, late]
    assert shown(client, PostingFactory(role="CHILD_SUPERVISOR")) == [later]


def test_neither_another_school_nor_another_township_sees_it(client, teacher):
    helped_by(teacher, TODAY - days(90))

    other = area(TOWNSHIP[:6] + "101")
    assert shown(client, PostingFactory(role="CHILD_SUPERVISOR", area=other)) == []
    assert shown(client, PostingFactory(role="PRINCIPAL", organisation=OrganisationFactory())) == []


def test_a_county_officer_sees_those_of_all_townships(client, teacher):
    child = helped_by(teacher, TODAY - days(90))

    assert shown(client, PostingFactory(role="COUNTY_OFFICER", area=area(VILLAGE[:6]))) == [child]


def test_long_lists_go_on_below_without_a_gap_and_without_repeating(
    client, school, teacher, monkeypatch
):
    monkeypatch.setattr("schools.views.due.SHOWN", 3)
    children = [helped_by(teacher, TODAY - days(90 + number // 3)) for number in range(7)]
    sign_in(client, PostingFactory(role="PRINCIPAL", organisation=school))

    found, after = [], None
    while after != "":
        answer = client.get(OVERDUE, {"after": after} if after else {})
        found += [line.row.child.pk for line in answer.context["lines"]]
        after = answer.context["next"]

    assert sorted(found) == sorted(child.pk for child in children)


@pytest.mark.parametrize("after", ["x", "2026-99-99.1", "2026-01-01", ".", "2026-01-01.x"])
def test_a_place_in_the_list_that_is_none_begins_anew(client, school, teacher, after):
    child = helped_by(teacher, TODAY - days(90))
    sign_in(client, PostingFactory(role="PRINCIPAL", organisation=school))

    lines = client.get(OVERDUE, {"after": after}).context["lines"]

    assert [line.row.child for line in lines] == [child]


def test_the_overdue_list_takes_the_same_queries_for_one_and_for_ten(client, school, teacher):
    sign_in(client, PostingFactory(role="PRINCIPAL", organisation=school))

    def counted():
        with CaptureQueriesContext(connection) as queries:
            client.get(OVERDUE)
        return len(queries)

    helped_by(teacher, TODAY - days(90))
    counted()  # the first page of a process reads what later ones know
    one = counted()
    for _number in range(9):
        helped_by(teacher, TODAY - days(90))
    assert counted() == one


def test_home_and_the_childs_page_tell_the_helper_what_is_due(client, teacher):
    child = helped_by(teacher, TODAY - days(8))
    sign_in(client, teacher)

    home = client.get("/").content.decode()
    page = client.get(of(child, "child_detail")).content.decode()

    assert add_url(child) in home
    due_on = Pairing.objects.get(child=child).starts_on + days(7)
    from django.utils.formats import date_format

    text = in_chinese("Contact by the helper, by %(day)s")
    assert text % {"day": date_format(due_on, "SHORT_DATE_FORMAT")} in page
