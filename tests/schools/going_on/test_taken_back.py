"""A taking in is undone as a whole, and what it ended stands again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from children.actions.record import add_record
from children.models import CaseAccess
from schools.actions.going_on import Answered, answer_pupils
from schools.actions.move_up import ChangedSince, undo_move
from tests.factories import (
    PairingFactory,
    PlanFactory,
    PostingFactory,
    ReferralFactory,
    UserFactory,
)
from tests.schools.going_on.pupils import history_agrees, waits

pytestmark = pytest.mark.django_db


def test_a_taking_in_is_undone_as_a_whole_unless_somebody_cares_already(
    principal, primary, receiving, junior
):
    today = timezone.localdate()
    row = waits(primary, junior)
    told = {"by": receiving.user, "today": today}
    move = answer_pupils(
        school=junior, answers=[Answered(row.pk, row.version)], day=today, now=timezone.now(),
        **told,
    )  # fmt: skip
    cares = PairingFactory(
        child=row.child,
        helper=PostingFactory(role="CLASS_TEACHER", organisation=junior.organisation),
    )
    with pytest.raises(ChangedSince):
        undo_move(move=move, reason="误接收", now=timezone.now(), **told)
    cares.ends_on = today + timedelta(days=1)
    cares.save()

    undo_move(move=move, reason="误接收", now=timezone.now(), **told)

    row.refresh_from_db()
    assert (row.state, row.move, row.answered_at) == ("WAITING", None, None)
    assert [e.school for e in row.child.enrolments.all()] == [primary]
    holders = CaseAccess.objects.filter(child=row.child, closed_at=None)
    assert list(holders.values_list("organisation", flat=True)) == [primary.pk]
    history_agrees()


def test_undone_a_plan_of_home_teaching_and_a_waiting_referral_are_where_they_were(
    principal, primary, receiving, junior
):
    today = timezone.localdate()
    row, taken_on = waits(primary, junior), waits(primary, junior)
    told = {"by": receiving.user, "today": today}
    plan = PlanFactory(
        child=row.child, school=primary, teacher=principal, starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=60),
    )  # fmt: skip
    last = plan.ends_on
    referral, other = (
        ReferralFactory(child=one.child, organisation=primary.organisation, state="OPEN",
                        counsellor=None, lead=None)
        for one in (row, taken_on)
    )  # fmt: skip
    answers = [Answered(row.pk, row.version), Answered(taken_on.pk, taken_on.version)]
    move = answer_pupils(school=junior, answers=answers, day=today, now=timezone.now(), **told)
    plan.refresh_from_db()
    assert plan.ends_on == today - timedelta(days=1)
    other.refresh_from_db()
    other.state, other.counsellor, other.lead = "TAKEN", UserFactory(), UserFactory()
    other.save()

    undo_move(move=move, reason="误接收", now=timezone.now(), **told)

    for one in (plan, referral, other):
        one.refresh_from_db()
    assert (plan.ends_on, plan.history.latest().history_change_reason) == (last, "误接收")
    assert referral.organisation == primary.organisation
    assert other.organisation == junior.organisation  # stays with the two who took it
    history_agrees()


def test_a_plan_made_at_the_new_school_keeps_the_taking_in(principal, primary, receiving, junior):
    today = timezone.localdate()
    row = waits(primary, junior)
    told = {"by": receiving.user, "today": today}
    move = answer_pupils(
        school=junior, answers=[Answered(row.pk, row.version)], day=today, now=timezone.now(),
        **told,
    )  # fmt: skip
    add_record(
        row=PlanFactory.build(
            child=row.child, school=junior, teacher=receiving, starts_on=today,
            ends_on=today + timedelta(days=60),
        ),
        by=receiving.user, now=timezone.now(),
    )  # fmt: skip

    with pytest.raises(ChangedSince):
        undo_move(move=move, reason="误接收", now=timezone.now(), **told)
