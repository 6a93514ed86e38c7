"""The end of a school year: the whole school moves up in one act, which can be undone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import Posting, User
from children.actions.promises import broken_promise
from children.actions.record import sign
from children.models import AccessReason, CaseAccess, Child
from schools.models import (
    EndReason,
    Enrolment,
    GoingOn,
    GoingState,
    HomeTeachingPlan,
    MoveUp,
    Pairing,
    Referral,
    ReferralState,
    School,
)
from schools.models.going_on import ANSWER
from schools.models.move_up import take_back_rows
from schools.rules.move_up import GRADUATED, TRANSFERRED, UP, Step

from .access import beyond_own_sight
from .going_on_settled import settle_with_the_roll
from .growth_record import follow_the_roll
from .ledger import refresh
from .referral import pass_on_waiting

LEAVING = {GRADUATED: EndReason.GRADUATED, TRANSFERRED: EndReason.TRANSFERRED}


class ChangedSince(Exception):
    """Rows of the roll have changed since the page was opened, or since the move."""


@dataclass(frozen=True)
class Decision:
    """For one row of the roll, as it was at `version`."""

    enrolment_id: int
    version: int
    step: Step
    class_name: str


def move_up(
    *, school: School, decisions: Sequence[Decision], day: date, by: User, now: datetime,
    today: date,
) -> MoveUp:  # fmt: skip
    """Carry out what was decided for each row. A constant number of statements.

    Raises ChangedSince when a row is no longer as it was shown, PromiseBroken when the database
    refuses; then nothing has happened.
    """
    decided = {d.enrolment_id: d for d in decisions if d.step.move in (UP, *LEAVING)}
    try:
        with transaction.atomic(), beyond_own_sight():
            rows = _locked(list(decided))
            if any(r.version != decided[r.pk].version for r in rows) or len(rows) != len(decided):
                raise ChangedSince
            move = MoveUp(school=school, day=day, made_by=by, made_at=now)
            sign(move, by, now, "")
            move.save()
            _end(rows, decided, move)
            _open([row for row in rows if decided[row.pk].step.move == UP], decided, move)
            gone = [row.child_id for row in rows if decided[row.pk].step.move in LEAVING]
            let_go(gone, {school.pk}, move)
            moved = [row.child_id for row in rows]
            settle_with_the_roll(children=moved, by=by, now=now)
            follow_the_roll(children=moved, by=by, now=now)
            refresh(children=moved, by=by, now=now, today=today)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return move


def undo_move(*, move: MoveUp, reason: str, by: User, now: datetime, today: date) -> None:
    """Everything as it was before. Raises ChangedSince when a row was worked on since."""
    try:
        with transaction.atomic(), beyond_own_sight():
            fresh = MoveUp.objects.select_for_update(of=("self",)).get(pk=move.pk)
            of_move = Q(opened_by_move=fresh) | Q(ended_by_move=fresh)
            children = list(
                Enrolment.objects.filter(of_move).order_by().values_list("child_id", flat=True)
            )
            _lock_children(children)
            if fresh.undone_at is not None or not is_untouched(fresh):
                raise ChangedSince
            take_back_rows(fresh, by_id=by.pk, now=now, reason=reason)
            follow_the_roll(children=children, by=by, now=now, reason=reason)
            _give_back(children, fresh, reason, by, now)
            _bring_back_work(fresh, reason, by, now, today)
            _wait_again(fresh, reason, by, now)
            fresh.undone_by, fresh.undone_at = by, now
            sign(fresh, by, now, reason)
            fresh.save()
            refresh(children=children, by=by, now=now, today=today, reason=reason)
    except IntegrityError as error:
        raise broken_promise(error) from error


def is_untouched(move: MoveUp) -> bool:
    """Whether nothing of these children's roll was written since, nothing said of where they go
    on, and nobody cares here for those who came from other schools, or plans to teach them at home.
    """
    rows = Enrolment.objects.filter(Q(opened_by_move=move) | Q(ended_by_move=move))
    later: Any = Enrolment.history.filter(  # type: ignore[attr-defined]
        child_id__in=rows.values("child"), history_date__gt=move.made_at
    )
    said = GoingOn.objects.filter(enrolment__opened_by_move=move)
    came = GoingOn.objects.filter(move=move).values("child")
    cared_for = Pairing.objects.filter(child__in=came, helper__organisation=move.school_id)
    planned: Any = HomeTeachingPlan.history.filter(  # type: ignore[attr-defined]
        child_id__in=came, history_date__gt=move.made_at
    )
    is_cared_for = cared_for.filter(ends_on__isnull=True).exists()
    return not (later.exists() or said.exists() or is_cared_for or planned.exists())


def _lock_children(children: Iterable[int]) -> None:
    rows = Child.objects.select_for_update(no_key=True, of=("self",))
    list(rows.filter(pk__among=list(children)).order_by("pk").values_list("pk"))


def _locked(enrolments: list[int]) -> list[Enrolment]:
    rows = Enrolment.objects.filter(pk__in=enrolments)
    _lock_children(rows.order_by().values_list("child_id", flat=True))
    return list(rows.filter(ends_on__isnull=True).select_for_update(of=("self",)).order_by("pk"))


def _signed(move: MoveUp) -> dict[str, Any]:
    return {"default_user": move.made_by, "default_date": move.made_at}


def _end(rows: list[Enrolment], decided: dict[int, Decision], move: MoveUp) -> None:
    for row in rows:
        row.ends_on, row.ended_by_move = move.day, move
        row.end_reason = LEAVING.get(decided[row.pk].step.move, EndReason.MOVED_UP)
        row.version, row.updated_at = row.version + 1, move.made_at
    fields = ["ends_on", "end_reason", "ended_by_move", "version", "updated_at"]
    bulk_update_with_history(rows, Enrolment, fields, **_signed(move))


def _open(rows: list[Enrolment], decided: dict[int, Decision], move: MoveUp) -> None:
    following = [
        Enrolment(
            child_id=row.child_id, school_id=row.school_id, stage=decided[row.pk].step.stage,
            grade=decided[row.pk].step.grade, class_name=decided[row.pk].class_name,
            is_boarding=row.is_boarding, placement=row.placement, status=row.status,
            roll_number=str(row.roll_number), starts_on=move.day, opened_by_move=move,
        )
        for row in rows
    ]  # fmt: skip
    bulk_create_with_history(following, Enrolment, **_signed(move))


def let_go(children: list[int], schools: Collection[int], move: MoveUp) -> None:
    """Pairings with staff of the schools they leave end, and their access to the files with them.

    Those begun since the day of the move end too, as do those of who stands in for the staff.
    """
    pairings = Pairing.objects.filter(
        child__pk__among=children, helper__organisation__in=schools, ends_on__isnull=True
    )
    ended = list(pairings.select_related("helper"))
    for row in ended:
        row.ends_on, row.version = max(move.day, row.starts_on), row.version + 1
        row.updated_at = move.made_at
    bulk_update_with_history(ended, Pairing, ["ends_on", "version", "updated_at"], **_signed(move))
    helpers = {(row.child_id, row.helper.user_id) for row in ended}
    deputies = Posting.objects.deputies_from(timezone.localdate(move.made_at))
    standing_in = set(
        deputies.filter(organisation__in=schools).order_by().values_list("user", flat=True)
    )
    still_open = Q(closed_at__isnull=True) | Q(closed_at__gt=move.made_at)
    rows = CaseAccess.objects.filter(still_open, child__pk__among=children)
    closed = [
        row
        for row in rows
        if (row.reason == AccessReason.ENROLMENT and row.organisation_id in schools)
        or (row.reason == AccessReason.PAIRING and (row.child_id, row.user_id) in helpers)
        or (row.reason == AccessReason.DEPUTY and row.user_id in standing_in)
    ]  # fmt: skip
    for access in closed:
        access.closed_at = max(move.made_at, access.opened_at)
    bulk_update_with_history(closed, CaseAccess, ["closed_at"], **_signed(move))


def _give_back(children: list[int], move: MoveUp, reason: str, by: User, now: datetime) -> None:
    """Reopen the pairings and accesses that the move itself ended."""
    signed = {"default_user": by, "default_date": now, "default_change_reason": reason}
    pairings = list(_touched(Pairing, children, move).filter(ends_on__isnull=False))
    for row in pairings:
        row.ends_on, row.version, row.updated_at = None, row.version + 1, now
    fields = ["ends_on", "version", "updated_at"]
    bulk_update_with_history(pairings, Pairing, fields, **signed)
    accesses = list(_touched(CaseAccess, children, move).filter(closed_at__isnull=False))
    until = _closed_before(accesses, move)
    for access in accesses:
        access.closed_at = until.get(access.pk)
    bulk_update_with_history(accesses, CaseAccess, ["closed_at"], **signed)


def _bring_back_work(move: MoveUp, reason: str, by: User, now: datetime, today: date) -> None:
    """Of those who came from other schools: plans of home teaching that the taking in ended, and
    referrals that nobody has taken, which wait at the school they came from again."""
    came = list(GoingOn.objects.filter(move=move).order_by("child").select_related(
        "child", "from_school__organisation"
    ))  # fmt: skip
    plans = list(_touched(HomeTeachingPlan, [row.child_id for row in came], move))
    before: Any = HomeTeachingPlan.history.filter(  # type: ignore[attr-defined]
        id__in=[plan.pk for plan in plans], history_date__lt=move.made_at
    )
    until = dict(before.order_by("history_date", "history_id").values_list("id", "ends_on"))
    for plan in plans:
        plan.ends_on, plan.version, plan.updated_at = until[plan.pk], plan.version + 1, now
    bulk_update_with_history(
        plans, HomeTeachingPlan, ["ends_on", "version", "updated_at"], default_user=by,
        default_date=now, default_change_reason=reason,
    )  # fmt: skip
    waiting = Referral.objects.filter(
        child__in=[row.child_id for row in came], state=ReferralState.OPEN
    )
    referred = set(waiting.values_list("child_id", flat=True))
    for row in came:
        if row.child_id in referred:
            pass_on_waiting(
                child=row.child, school=row.from_school.organisation, by=by, now=now, today=today
            )


def _wait_again(move: MoveUp, reason: str, by: User, now: datetime) -> None:
    """Who came from other schools waits again to be taken in; the file is seen here no more."""
    signed: Any = {
        "default_user": by, "default_date": now, "default_change_reason": reason,
    }  # fmt: skip
    rows = list(GoingOn.objects.filter(move=move).order_by("pk"))
    for row in rows:
        row.state, row.move, row.answer = GoingState.WAITING, None, ""
        row.answered_by = row.answered_at = None
        row.version, row.updated_at = row.version + 1, now
    bulk_update_with_history(rows, GoingOn, ANSWER, **signed)
    opened = list(
        CaseAccess.objects.filter(
            child__in=[row.child_id for row in rows], organisation=move.school_id,
            reason=AccessReason.ENROLMENT, opened_at=move.made_at, closed_at__isnull=True,
        )
    )  # fmt: skip
    for access in opened:
        access.closed_at = now
    bulk_update_with_history(opened, CaseAccess, ["closed_at"], **signed)


def _closed_before(accesses: list[CaseAccess], move: MoveUp) -> dict[int, datetime | None]:
    """When each was to close before the move closed it: that of a deputy on a day of its own."""
    rows: Any = CaseAccess.history.filter(  # type: ignore[attr-defined]
        id__in=[access.pk for access in accesses], history_date__lt=move.made_at
    )
    return dict(rows.order_by("history_date", "history_id").values_list("id", "closed_at"))


def _touched(model: Any, children: list[int], move: MoveUp) -> Any:
    written = model.history.filter(history_date=move.made_at, history_user=move.made_by)
    return model.objects.filter(child__pk__among=children, pk__in=written.values("id"))
