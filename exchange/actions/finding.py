"""A finding moved on: assigned, visited, decided, acted upon, closed."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Posting, User
from children.actions.promises import broken_promise
from children.actions.record import sign
from exchange.models import Finding, FindingStep
from exchange.rules.finding import DONE, MOVES, State, fits

from .finding_question import withdraw_questions_of


class DoesNotFit(Exception):
    """The finding has changed since its page was opened: the step does not fit any more."""


def move_finding(
    *,
    finding: Finding,
    move: str,
    by: User,
    now: datetime,
    text: str = "",
    done: str = "",
    owner: Posting | None = None,
    visited_on: date | None = None,
) -> Finding:
    """`owner` of ASSIGN, `visited_on` of VISIT, `done` where a form did it. Raises DoesNotFit, or
    PromiseBroken."""
    step = MOVES[move]
    try:
        with transaction.atomic():
            rows = Finding.objects.select_for_update(of=("self",), no_key=True)
            row = rows.select_related("found_by").get(pk=finding.pk)
            is_cleared = row.cleared_on is not None
            needs_visit = row.found_by.needs_visit
            if not fits(step, row.state, needs_visit=needs_visit, is_cleared=is_cleared):
                raise DoesNotFit
            row.state = step.target.value
            if move == "ASSIGN":
                row.owner = owner
            if move == "VISIT":
                row.visited_on = visited_on
            row.done_at = now if step.target in DONE else None
            sign(row, by, now, text[:100])
            row.save()
            if step.target in DONE:
                withdraw_questions_of(row, by, now)
            FindingStep.objects.create(
                finding=row, child_id=row.child_id, area_code=row.area_code, state=row.state,
                text=_told(text, row.owner if move == "ASSIGN" else None), done=done, by=by,
                at=now, is_for_few=row.is_for_few,
            )  # fmt: skip
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _told(text: str, owner: Posting | None) -> str:
    """The words of a step; first who looks into it from now on."""
    return "\n".join(filter(None, [owner.user.full_name if owner else "", text]))[:500]


def note_done(
    *, finding: Finding, done: str, by: User, now: datetime, is_act: bool = True
) -> Finding | None:
    """Something was done from the finding. One that is confirmed is acted upon by it, where it is
    an act; else it stands where it stands and has one step more. None for one that is over."""
    with transaction.atomic():
        rows = Finding.objects.select_for_update(of=("self",), no_key=True)
        row = rows.get(pk=finding.pk)
        if row.state in DONE:
            return None
        if is_act and row.state == State.CONFIRMED:
            return move_finding(finding=row, move="ACT", by=by, now=now, done=done)
        FindingStep.objects.create(
            finding=row, child_id=row.child_id, area_code=row.area_code, state=row.state,
            done=done, by=by, at=now, is_for_few=row.is_for_few,
        )  # fmt: skip
    return row
