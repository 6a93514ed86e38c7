"""Recognition of poor pupils: proposed from facts, decided by a second person, objected to."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from assistance.models import Recognition
from assistance.models.recognition_proposal import Proposed, propose
from assistance.rules.recognition import Move, after
from children.actions.promises import PromiseBroken, broken_promise
from children.actions.record import lock_child, sign
from schools.actions.access import beyond_own_sight
from schools.models import SchoolYear, Term

from .entitlement import DoesNotFit


def propose_recognitions(
    *, year: SchoolYear, day: date, by: User | None, now: datetime, school: int | None = None,
    area: str = "",
) -> Proposed:  # fmt: skip
    """For the pupils of a school, or the children kept in `area`; again changes nothing.

    Facts are read whoever asks: what a school may not see decides like all the rest.
    """
    with transaction.atomic(), beyond_own_sight():
        return propose(
            year=year, day=day, school=school, area=area, by_id=by.pk if by else None, now=now
        )


def move_recognition(
    *, recognition: Recognition, move: Move, by: User, now: datetime, today: date, reason: str = ""
) -> Recognition:
    """One step; `reason` is what the family is told, or what it objects to.

    Raises DoesNotFit, or PromiseBroken, e.g. when who proposed it decides.
    """
    try:
        with transaction.atomic():
            lock_child(recognition.child_id)
            rows = Recognition.objects.select_for_update(of=("self",), no_key=True)
            row = rows.select_related("year").get(pk=recognition.pk)
            if move not in row.moves:
                raise DoesNotFit
            _step(row, move, by, now, today, reason)
            sign(row, by, now, reason)
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _step(row: Recognition, move: Move, by: User, now: datetime, today: date, reason: str) -> None:
    was_objected = row.is_objected
    row.state = str(after(row.state, move) or row.state)
    if move == Move.OBJECT:
        row.objection, row.objected_at, row.answered_at = reason, now, None
        return
    row.decided_by, row.decided_at, row.reason = by, now, reason
    if was_objected:
        row.answered_at = now
    if move == Move.ADJUST:
        row.tier_before, row.adjusted_on = row.tier, adjusted_from(row.year, today)
        row.tier, row.grounds = row.new_tier, row.new_grounds
    if move in (Move.ADJUST, Move.WITHDRAW):
        row.new_tier, row.new_grounds = "", []


def adjusted_from(year: SchoolYear, today: date) -> date:
    """First day of the next term of the year, or today's term's where none follows."""
    starts = list(Term.objects.filter(year=year).order_by("starts_on").values_list(
        "starts_on", flat=True
    ))  # fmt: skip
    later = [day for day in starts if day > today]
    begun = [day for day in starts if day <= today]
    return later[0] if later else begun[-1] if begun else year.starts_on


def confirm_recognitions(
    *, recognitions: Iterable[Recognition], by: User, now: datetime, today: date
) -> tuple[int, int]:
    """How many were confirmed, and how many left: decided since, or proposed by `by`."""
    done, left = 0, 0
    for row in sorted(recognitions, key=lambda row: row.child_id):
        try:
            move_recognition(recognition=row, move=Move.CONFIRM, by=by, now=now, today=today)
        except (DoesNotFit, PromiseBroken):
            left += 1
        else:
            done += 1
    return done, left
