"""Pairing and leaving: who sees the child afterwards."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.scope import EVERYTHING, acting
from children.models import CaseAccess, Child
from schools.actions.enrolment import enrol
from schools.actions.pairing import HeldByAnother, pair
from schools.models import Enrolment, Pairing
from tests.factories import ChildFactory, OrganisationFactory, PostingFactory, school_of

DAY = date(2026, 3, 2)


def helper_at(school):
    return PostingFactory(role="CLASS_TEACHER", organisation=school)


def put(child, helper, replaces=None, is_main=True):
    return pair(
        child=child, helper=helper, is_main=is_main, replaces=replaces, reason="left the school",
        by=helper.user, now=timezone.now(), today=DAY,
    )  # fmt: skip


def put_on_roll(child, school, **facts):
    told = {"school": school_of(school), "stage": "PRIMARY", "grade": 4, "starts_on": DAY, **facts}
    return enrol(
        child=child, facts=told, reason="moved", by=PostingFactory().user, now=timezone.now(),
        today=DAY,
    )  # fmt: skip


def sees(posting, child):
    grant = Grant(posting.user, posting, Permission.CHILD_VIEW)
    return Child.objects.permitted(grant).filter(pk=child.pk).exists()


@pytest.mark.django_db
class TestPair:
    def test_the_helper_sees_the_child_and_the_old_one_no_longer(self):
        school, child = OrganisationFactory(), ChildFactory()
        old, new = helper_at(school), helper_at(school)
        first = put(child, old)
        assert sees(old, child)

        put(child, new, replaces=first.pk)

        assert sees(new, child)
        assert not sees(old, child)
        first.refresh_from_db()
        assert first.ends_on == DAY
        assert first.history.first().history_change_reason == "left the school"

    def test_who_was_shown_nobody_does_not_push_a_helper_out(self):
        school, child = OrganisationFactory(), ChildFactory()
        first = put(child, helper_at(school))

        with pytest.raises(HeldByAnother) as held:
            put(child, helper_at(school), replaces=None)

        assert held.value.pairing == first
        assert list(Pairing.objects.filter(ends_on=None)) == [first]

    def test_an_assistant_leaves_the_main_helper_in_place(self):
        school, child = OrganisationFactory(), ChildFactory()
        main, assistant = helper_at(school), helper_at(school)
        put(child, main)

        put(child, assistant, is_main=False)

        assert sees(main, child)
        assert sees(assistant, child)

    def test_one_child_handed_on_leaves_the_other_children_with_their_helper(self):
        school = OrganisationFactory()
        kept, given = ChildFactory(), ChildFactory()
        old = helper_at(school)
        put(kept, old)
        first = put(given, old)

        put(given, helper_at(school), replaces=first.pk)

        assert sees(old, kept)
        assert not sees(old, given)


@pytest.mark.django_db
class TestEnrol:
    def test_a_new_school_sees_the_child_and_the_old_one_with_its_helpers_no_longer(self):
        old, new, child = OrganisationFactory(), OrganisationFactory(), ChildFactory()
        before, after = (PostingFactory(role="PRINCIPAL", organisation=x) for x in (old, new))
        put_on_roll(child, old, starts_on=date(2025, 9, 1))
        teacher = helper_at(old)
        put(child, teacher)

        put_on_roll(child, new)

        assert sees(after, child)
        assert not sees(before, child)
        assert not sees(teacher, child)
        assert Enrolment.objects.get(school=old.pk).ends_on == DAY
        assert not Pairing.objects.filter(ends_on=None).exists()

    def test_a_new_class_at_the_same_school_changes_no_access(self):
        school, child = OrganisationFactory(), ChildFactory()
        put_on_roll(child, school, starts_on=date(2025, 9, 1))
        teacher = helper_at(school)
        put(child, teacher)

        put_on_roll(child, school, grade=5)

        assert sees(teacher, child)
        assert CaseAccess.objects.filter(reason="ENROLMENT").count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_leads_at_once_one_succeeds_and_the_other_is_told_who_holds_the_child():
    with acting(EVERYTHING), transaction.atomic():
        school, child = OrganisationFactory(), ChildFactory()
        helpers = [helper_at(school), helper_at(school)]
    start, done, told = threading.Barrier(2), [], []

    def lead(helper):
        try:
            start.wait()
            with acting(EVERYTHING):
                done.append(put(child, helper).helper)
        except HeldByAnother as held:
            told.append(held.pairing.helper)
        finally:
            connection.close()

    threads = [threading.Thread(target=lead, args=[helper]) for helper in helpers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == len(told) == 1
    assert told == done
