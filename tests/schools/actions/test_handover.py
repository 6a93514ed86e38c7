"""When a helper leaves: every child to somebody, at once, with the trail; nobody left unseen."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import Grant, Permission, scope_of
from accounts.scope import EVERYTHING, acting
from children.actions.deputy import name_deputy
from children.models import CaseAccess, Child
from schools.actions.handover import (
    PairingsChanged,
    Successor,
    hand_over,
    release_children_of_the_gone,
)
from schools.actions.pairing import Wish, end_assistance, pair, pair_all
from schools.models import Pairing
from tests.factories import (
    ChildFactory,
    EnrolmentFactory,
    OrganisationFactory,
    PostingFactory,
    school_of,
)

DAY = timezone.localdate()


def helper_at(school, role="CLASS_TEACHER", **facts):
    return PostingFactory(role=role, organisation=school, **facts)


def put(child, helper, replaces=None, is_main=True):
    return pair(
        child=child, helper=helper, is_main=is_main, replaces=replaces, reason="",
        by=helper.user, now=timezone.now(), today=DAY,
    )  # fmt: skip


def hand(helper, *successors):
    hand_over(
        helper=helper, successors=[Successor(*each) for each in successors], reason="调离",
        by=PostingFactory().user, now=timezone.now(), today=DAY,
    )  # fmt: skip


def sees(posting, child):
    """In a page, and in raw SQL with the database's own lock alone."""
    grant = Grant(posting.user, posting, Permission.CHILD_VIEW)
    page = Child.objects.permitted(grant).filter(pk=child.pk).exists()
    with acting(scope_of(posting)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM children_child WHERE id = %s", [child.pk])
        raw = cursor.fetchone()[0] == 1
    assert page == raw
    return page


@pytest.mark.django_db
class TestHandingOverAll:
    def test_each_child_goes_where_it_was_sent_and_the_old_helper_sees_none(self):
        school = OrganisationFactory()
        old, first, second = (helper_at(school) for _ in range(3))
        one, two = ChildFactory(), ChildFactory()
        rows = [put(one, old), put(two, old)]
        assert sees(old, one)

        hand(old, (rows[0], first), (rows[1], second))

        assert sees(first, one)
        assert sees(second, two)
        assert not sees(old, one)
        assert not sees(old, two)
        rows[0].refresh_from_db()
        assert (rows[0].ends_on, rows[0].ended_because) == (DAY, "调离")
        assert rows[0].history.first().history_change_reason == "调离"
        assert Pairing.objects.get(child=one, ends_on=None).confirmed_at is None

    def test_an_assistance_goes_to_another_or_ends(self):
        school = OrganisationFactory()
        old, main, new = (helper_at(school) for _ in range(3))
        one, two = ChildFactory(), ChildFactory()
        for child in (one, two):
            put(child, main)
        rows = [put(child, old, is_main=False) for child in (one, two)]

        hand(old, (rows[0], new), (rows[1], None))

        assert sees(new, one)
        assert not sees(new, two)
        assert not sees(old, one)
        assert not sees(old, two)

    def test_an_assistant_who_takes_over_is_the_main_helper_alone(self):
        school = OrganisationFactory()
        old, assistant = helper_at(school), helper_at(school)
        child = ChildFactory()
        row = put(child, old)
        put(child, assistant, is_main=False)

        hand(old, (row, assistant))

        (now,) = Pairing.objects.filter(child=child).on(DAY)
        assert (now.helper, now.is_main) == (assistant, True)
        assert sees(assistant, child)

    def test_when_one_child_cannot_be_handed_over_none_is(self):
        school = OrganisationFactory()
        old, new, quicker = (helper_at(school) for _ in range(3))
        one, two = ChildFactory(), ChildFactory()
        rows = [put(one, old), put(two, old)]
        put(two, quicker, replaces=rows[1].pk)

        with pytest.raises(PairingsChanged):
            hand(old, (rows[0], new), (rows[1], new))

        assert sees(old, one)
        assert not sees(new, one)
        assert CaseAccess.objects.filter(user=new.user).count() == 0

    def test_a_child_that_came_to_the_helper_meanwhile_stops_it_all(self):
        school = OrganisationFactory()
        old, new = helper_at(school), helper_at(school)
        row = put(ChildFactory(), old)
        put(ChildFactory(), old)

        with pytest.raises(PairingsChanged):
            hand(old, (row, new))

        assert not Pairing.objects.filter(helper=new).exists()

    def test_a_main_helper_is_never_only_taken_away(self):
        old = helper_at(OrganisationFactory())
        row = put(ChildFactory(), old)

        with pytest.raises(PairingsChanged):
            hand(old, (row, None))

        end_assistance(pairing=row, reason="", by=old.user, now=timezone.now(), today=DAY)
        row.refresh_from_db()
        assert row.ends_on is None


def release(today=DAY):
    return release_children_of_the_gone(by=None, now=timezone.now(), today=today)


@pytest.mark.django_db
class TestHelpersWhoAreGone:
    def test_a_posting_that_ended_in_the_admin_frees_the_children_in_the_same_act(self):
        school, child = OrganisationFactory(), ChildFactory()
        helper = helper_at(school)
        row = put(child, helper)
        elsewhere = PostingFactory(user=helper.user, role="CLASS_TEACHER")
        assert sees(elsewhere, child)

        helper.ends_on = DAY - timedelta(days=1)
        helper.save()

        row.refresh_from_db()
        assert row.ends_on == DAY
        assert row.ended_because
        assert not sees(elsewhere, child)
        access = CaseAccess.objects.get(user=helper.user)
        assert access.closed_at is not None
        assert access.history.count() == 2

    def test_who_stands_in_for_them_sees_the_children_no_more_either(self):
        school, child = OrganisationFactory(), ChildFactory()
        helper, other = helper_at(school), helper_at(school)
        put(child, helper)
        deputy = name_deputy(
            posting=helper, deputy=other.user, starts_on=DAY, ends_on=DAY + timedelta(days=90),
            by=helper.user, now=timezone.now(),
        )  # fmt: skip
        assert sees(deputy, child)

        helper.ends_on = DAY - timedelta(days=1)
        helper.save()

        assert not sees(deputy, child)
        assert CaseAccess.objects.get(reason="DEPUTY").history.count() == 2

    def test_an_account_switched_off_frees_the_children(self):
        helper = helper_at(OrganisationFactory())
        row = put(ChildFactory(), helper)

        helper.user.is_active = False
        helper.user.save()

        row.refresh_from_db()
        assert row.ends_on == DAY

    def test_a_posting_that_goes_on_keeps_its_children(self):
        helper = helper_at(OrganisationFactory())
        row = put(ChildFactory(), helper)

        helper.ends_on = DAY
        helper.save()
        release()

        row.refresh_from_db()
        assert row.ends_on is None

    def test_the_night_frees_the_children_of_all_who_are_gone_with_true_history(self):
        school = OrganisationFactory()
        gone, here = helper_at(school), helper_at(school)
        lost, kept = ChildFactory(), ChildFactory()
        row, other = put(lost, gone), put(kept, here)
        gone.ends_on = DAY
        gone.save()
        later = DAY + timedelta(days=3)
        assert not Pairing.objects.caring_on(later).filter(child=lost).exists()

        assert release(today=later) == 1
        assert release(today=later) == 0

        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the history guard agrees
        row.refresh_from_db()
        other.refresh_from_db()
        assert row.ends_on == DAY + timedelta(days=1)
        assert other.ends_on is None
        newest = row.history.first()
        assert (newest.history_type, newest.ends_on) == ("~", row.ends_on)
        assert newest.version == row.version
        assert not sees(gone, lost)
        assert sees(here, kept)

    def test_who_still_helps_by_another_posting_keeps_the_access(self):
        school, child = OrganisationFactory(), ChildFactory()
        first = helper_at(school)
        second = helper_at(school, user=first.user, role="SUBJECT_TEACHER")
        put(child, first)
        put(child, second, is_main=False)

        first.ends_on = DAY - timedelta(days=1)
        first.save()

        assert sees(second, child)

    def test_a_helper_moved_to_another_school_leaves_the_child(self):
        school, child = OrganisationFactory(), ChildFactory()
        helper = helper_at(school)
        EnrolmentFactory(child=child, school=school_of(school))
        row = put(child, helper)

        helper.organisation = OrganisationFactory()
        helper.save()

        row.refresh_from_db()
        assert row.ends_on == DAY
        assert not sees(helper, child)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_leads_with_the_same_children_in_any_order_each_child_has_one_helper():
    with acting(EVERYTHING), transaction.atomic():
        school = OrganisationFactory()
        children = [ChildFactory() for _ in range(6)]
        helpers = [helper_at(school), helper_at(school)]
    start, outcomes = threading.Barrier(2), {}

    def lead(helper, order):
        try:
            start.wait()
            with acting(EVERYTHING), transaction.atomic():
                wishes = [Wish(child, helper, None) for child in order]
                outcomes[helper] = pair_all(
                    wishes=wishes, reason="", by=helper.user, now=timezone.now(),
                    today=date(2026, 3, 20),
                )  # fmt: skip
        finally:
            connection.close()

    threads = [
        threading.Thread(target=lead, args=[helpers[0], children]),
        threading.Thread(target=lead, args=[helpers[1], children[::-1][:3]]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(outcomes) == set(helpers)  # none was broken off by a deadlock
    with transaction.atomic():
        rows = {row.child_id: row for row in Pairing.objects.select_related("helper")}
    assert len(rows) == 6
    for helper, told in outcomes.items():
        for outcome in told:
            row = rows[outcome.wish.child.pk]
            assert outcome.is_saved == (row.helper == helper)
            assert outcome.is_saved or outcome.held == row
