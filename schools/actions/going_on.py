"""Pupils going on to another school: named by the one, taken in by the other, or taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from children.actions.promises import broken_promise
from children.actions.record import lock_children, sign
from children.models import AccessReason, CaseAccess, Child
from schools.models import (
    EndReason,
    Enrolment,
    GoingOn,
    GoingState,
    HomeTeachingPlan,
    MoveUp,
    Placement,
    Referral,
    ReferralState,
    School,
)
from schools.models.going_on import ANSWER, SAID

from .access import beyond_own_sight
from .growth_record import follow_the_roll
from .home_teaching import end_plans
from .ledger import refresh
from .move_up import ChangedSince, let_go
from .referral import pass_on_waiting


@dataclass(frozen=True)
class Said:
    """Of one row of the roll, as it was at `version`. `state`: WAITING, STAYS or ELSEWHERE."""

    enrolment_id: int
    version: int
    state: str
    to_school: School | None
    stage: str
    note: str


def name_pupils(
    *, school: School, said: Sequence[Said], day: date, by: User, now: datetime, today: date
) -> list[GoingOn]:
    """Say of pupils of `school` where they go on from `day`. They stay on its roll until another
    takes them in. A constant number of statements.

    Raises ChangedSince, also when of one of them it was said meanwhile, or PromiseBroken; then
    nothing has happened.
    """
    told = {one.enrolment_id: one for one in said}
    try:
        with transaction.atomic():
            enrolments = Enrolment.objects.filter(pk__in=told, school=school)
            lock_children(enrolments.order_by().values_list("child_id", flat=True))
            roll = list(enrolments.filter(ends_on__isnull=True).select_related("child"))
            known = GoingOn.objects.filter(enrolment__in=told, state__in=SAID)
            stale = any(row.version != told[row.pk].version for row in roll)
            if stale or len(roll) != len(told) or known.exists():
                raise ChangedSince
            rows = [_named(row, told[row.pk], day, by, now) for row in roll]
            rows = bulk_create_with_history(rows, GoingOn, default_user=by, default_date=now)
            children = [row.child_id for row in roll]
            refresh(children=children, by=by, now=now, today=today)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return rows


def _named(row: Enrolment, said: Said, day: date, by: User, now: datetime) -> GoingOn:
    return GoingOn(
        child_id=row.child_id, enrolment=row, from_school_id=row.school_id,
        to_school=said.to_school, stage=said.stage, day=day, name=row.child.name,
        sex=row.child.sex, birth_date=row.child.birth_date, stage_before=row.stage,
        grade_before=row.grade, class_before=row.class_name, is_boarding=row.is_boarding,
        state=said.state, note=said.note, proposed_by=by, proposed_at=now, updated_at=now,
    )  # fmt: skip


def take_back(
    *, row: GoingOn, version: int, reason: str, by: User, now: datetime, today: date
) -> None:
    """What was said of one pupil holds no more: it is to be said anew. Raises ChangedSince."""
    with transaction.atomic():
        lock_children([row.child_id])
        fresh = GoingOn.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if fresh.version != version or not fresh.may_be_taken_back:
            raise ChangedSince
        fresh.state, fresh.answer = GoingState.WITHDRAWN, reason
        fresh.answered_by, fresh.answered_at = by, now
        sign(fresh, by, now, reason)
        fresh.save()
        refresh(children=[row.child_id], by=by, now=now, today=today, reason=reason)


@dataclass(frozen=True)
class Answered:
    """For one row as it was at `version`; refused when `refusal` says why."""

    going_on_id: int
    version: int
    class_name: str = ""
    is_boarding: bool = False
    refusal: str = ""


def answer_pupils(
    *, school: School, answers: Sequence[Answered], day: date, by: User, now: datetime,
    today: date,
) -> MoveUp | None:  # fmt: skip
    """Take in, from `day` on, whom `answers` does not refuse: off the old roll and onto that of
    `school` in one act, which is answered and can be undone; None when all are refused.

    A constant number of statements, but for plans of home teaching and referrals that wait.
    Raises ChangedSince when a row or the roll is no longer as it was shown, PromiseBroken.
    """
    given = {one.going_on_id: one for one in answers}
    try:
        with transaction.atomic(), beyond_own_sight():
            rows = _held(school, given)
            taken = [row for row in rows if not given[row.pk].refusal]
            move = _take_in(school, taken, given, day, by, now, today) if taken else None
            for row in rows:
                row.state = GoingState.REFUSED if given[row.pk].refusal else GoingState.ACCEPTED
                row.answer, row.answered_by, row.answered_at = given[row.pk].refusal, by, now
                row.version, row.updated_at = row.version + 1, now
                row.move = None if given[row.pk].refusal else move
            bulk_update_with_history(rows, GoingOn, ANSWER, default_user=by, default_date=now)
            children = [row.child_id for row in rows]
            refresh(children=children, by=by, now=now, today=today)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return move


def _held(school: School, given: dict[int, Answered]) -> list[GoingOn]:
    """The rows with their enrolments, children locked. Raises ChangedSince."""
    waiting = GoingOn.objects.waiting_for(school.pk).filter(pk__in=given)
    children = lock_children(waiting.order_by().values_list("child_id", flat=True))
    if any(child.is_closed for child in children):
        raise ChangedSince
    rows = list(
        waiting.filter(enrolment__ends_on__isnull=True).select_related("enrolment").order_by("pk")
    )
    if len(rows) != len(given) or any(row.version != given[row.pk].version for row in rows):
        raise ChangedSince
    return rows


def _take_in(
    school: School, rows: list[GoingOn], given: dict[int, Answered], day: date, by: User,
    now: datetime, today: date,
) -> MoveUp:  # fmt: skip
    signed: dict[str, Any] = {"default_user": by, "default_date": now}
    move = MoveUp(school=school, day=day, made_by=by, made_at=now)
    sign(move, by, now, "")
    move.save()
    before = [row.enrolment for row in rows]
    for old in before:
        old.ends_on, old.end_reason, old.ended_by_move = day, EndReason.GRADUATED, move
        old.version, old.updated_at = old.version + 1, now
    fields = ["ends_on", "end_reason", "ended_by_move", "version", "updated_at"]
    bulk_update_with_history(before, Enrolment, fields, **signed)
    after = [_enrolment(row, given[row.pk], move) for row in rows]
    bulk_create_with_history(after, Enrolment, **signed)
    children = [row.child_id for row in rows]
    let_go(children, {row.from_school_id for row in rows}, move)
    _let_in(children, school, move, signed)
    _pass_on(rows, after, school, by, now, today)
    follow_the_roll(children=children, by=by, now=now)
    return move


def _enrolment(row: GoingOn, answer: Answered, move: MoveUp) -> Enrolment:
    old = row.enrolment
    return Enrolment(
        child_id=row.child_id, school_id=move.school_id, stage=row.stage, grade=1,
        class_name=answer.class_name, is_boarding=answer.is_boarding, placement=old.placement,
        status=old.status, roll_number=str(old.roll_number), starts_on=move.day,
        opened_by_move=move,
    )  # fmt: skip


def _let_in(children: list[int], school: School, move: MoveUp, signed: dict[str, Any]) -> None:
    """The school sees the files from now on, as `open_access` would open them one by one."""
    held = CaseAccess.objects.filter(
        child__pk__among=children, organisation=school.pk, reason=AccessReason.ENROLMENT,
        closed_at__isnull=True,
    )  # fmt: skip
    known = set(held.order_by().values_list("child_id", flat=True))
    rows = [
        CaseAccess(
            child_id=child, organisation_id=school.pk, reason=AccessReason.ENROLMENT,
            opened_at=move.made_at,
        )
        for child in children
        if child not in known
    ]  # fmt: skip
    bulk_create_with_history(rows, CaseAccess, **signed)


def _pass_on(
    rows: list[GoingOn], after: list[Enrolment], school: School, by: User, now: datetime,
    today: date,
) -> None:  # fmt: skip
    """Of the few that have one: a plan of home teaching ends, a referral that waits goes along."""
    children = [row.child_id for row in rows]
    at_home = {row.child_id for row in after if row.placement == Placement.HOME_TEACHING}
    plans = HomeTeachingPlan.objects.filter(
        child__pk__among=children, ends_on__gte=after[0].starts_on
    )
    referrals = Referral.objects.filter(child__pk__among=children, state=ReferralState.OPEN)
    planned = set(plans.values_list("child_id", flat=True))
    referred = set(referrals.values_list("child_id", flat=True))
    for child in Child.objects.filter(pk__in=planned | referred).order_by("pk"):
        if child.pk in planned:
            end_plans(
                child=child, day=after[0].starts_on,
                stays_at=school.pk if child.pk in at_home else None, by=by, now=now, reason="",
            )  # fmt: skip
        if child.pk in referred:
            pass_on_waiting(child=child, school=school.organisation, by=by, now=now, today=today)
