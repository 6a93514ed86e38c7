"""The roll: putting a child on it, and taking off; the roll opens the file to the school."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from children.actions.promises import broken_promise
from children.actions.record import lock_child, sign
from children.models import AccessReason, CaseAccess, Child
from schools.models import EndReason, Enrolment, Pairing, Placement

from .access import beyond_own_sight, close_access, open_access
from .going_on_settled import settle_with_the_roll
from .growth_record import follow_the_roll
from .home_teaching import end_plans
from .ledger import refresh
from .pairing import end_pairing
from .referral import pass_on_waiting

# Who has dropped out is still the school's to bring back.
STILL_THE_SCHOOLS = (EndReason.DROPPED_OUT, EndReason.NOT_FOUND)


class RollChanged(Exception):
    """The child's row of the roll is not the one that was shown: somebody else was quicker."""


def enrol(
    *, child: Child, facts: Mapping[str, Any], reason: str, by: User, now: datetime, today: date,
    shown: int | None = None,
) -> Enrolment:  # fmt: skip
    """Open an enrolment from `facts["starts_on"]`; the one before ends on that day.

    Leaving a school ends its access and the pairings of its staff; a referral that nobody took
    waits at the new one. `shown`: the row of now as its author was shown it, 0 for none; None is
    not asked about. Raises RollChanged, PromiseBroken.
    """
    try:
        with transaction.atomic(), beyond_own_sight():
            lock_child(child.pk)
            before = _current(child)
            _is_as_shown(before, shown)
            row = Enrolment(child=child, **facts)
            if before is not None:
                stays = before.school_id == row.school_id
                why = EndReason.MOVED_UP if stays else EndReason.TRANSFERRED
                _end(before, row.starts_on, why, reason, by, now)
            sign(row, by, now, reason)
            row.save(force_insert=True)
            open_access(
                child=child,
                reason=AccessReason.ENROLMENT,
                organisation=row.school.organisation,
                by=by,
                now=now,
            )
            _leave_others(child, row.school_id, reason, by, now, today)
            at_home = row.placement == Placement.HOME_TEACHING
            end_plans(
                child=child, day=row.starts_on, stays_at=row.school_id if at_home else None,
                by=by, now=now, reason=reason,
            )  # fmt: skip
            pass_on_waiting(
                child=child, school=row.school.organisation, by=by, now=now, today=today
            )
            follow_the_roll(children=[child.pk], by=by, now=now, reason=reason)
            settle_with_the_roll(children=[child.pk], by=by, now=now)
            refresh(children=[child.pk], by=by, now=now, today=today, reason=reason)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def leave(
    *, child: Child, left_on: date, end_reason: str, reason: str, by: User, now: datetime,
    today: date, shown: int | None = None,
) -> Enrolment | None:  # fmt: skip
    """End the child's present enrolment on `left_on`; None when there is none any more.

    A dropout's school keeps sight of the file: it has to persuade. `shown` as in `enrol`. Raises
    RollChanged, PromiseBroken.
    """
    try:
        with transaction.atomic(), beyond_own_sight():
            lock_child(child.pk)
            row = _current(child)
            _is_as_shown(row, shown)
            if row is None:
                return None
            _end(row, left_on, end_reason, reason, by, now)
            if end_reason not in STILL_THE_SCHOOLS:
                end_plans(child=child, day=left_on, stays_at=None, by=by, now=now, reason=reason)
                _leave_others(child, None, reason, by, now, today)
            settle_with_the_roll(children=[child.pk], by=by, now=now)
            refresh(children=[child.pk], by=by, now=now, today=today, reason=reason)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _current(child: Child) -> Enrolment | None:
    rows = Enrolment.objects.filter(child=child, ends_on__isnull=True)
    return rows.select_for_update(of=("self",), no_key=True).first()


def _is_as_shown(row: Enrolment | None, shown: int | None) -> None:
    if shown is not None and (row.pk if row else 0) != shown:
        raise RollChanged


def _end(row: Enrolment, day: date, end_reason: str, reason: str, by: User, now: datetime) -> None:
    row.ends_on, row.end_reason = day, end_reason
    sign(row, by, now, reason)
    row.save()


def _leave_others(
    child: Child, stays_at: int | None, reason: str, by: User, now: datetime, today: date
) -> None:
    """Access and pairings of every school but `stays_at` end."""
    open_rows = CaseAccess.objects.filter(
        child=child, reason=AccessReason.ENROLMENT, closed_at__isnull=True,
        organisation__isnull=False,
    ).exclude(organisation=stays_at)  # fmt: skip
    for access in open_rows.select_related("organisation"):
        pairings = Pairing.objects.filter(
            child=child, helper__organisation=access.organisation_id
        ).on(today)
        for pairing in pairings.select_related("helper__user", "child"):
            end_pairing(pairing=pairing, reason=reason, by=by, now=now, today=today)
        close_access(
            child=child, reason=AccessReason.ENROLMENT, organisation=access.organisation, by=by,
            now=now,
        )  # fmt: skip
