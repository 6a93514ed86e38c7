"""Putting a child on a school's roll: the roll opens the file to the school."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from children.actions.promises import broken_promise
from children.actions.record import lock_child, sign
from children.models import AccessReason, Child
from schools.models import Enrolment, Pairing

from .access import beyond_own_sight, close_access, open_access
from .pairing import end_pairing


def enrol(
    *, child: Child, facts: Mapping[str, Any], reason: str, by: User, now: datetime, today: date
) -> Enrolment:
    """Open an enrolment from `facts["starts_on"]`; the one before ends on that day.

    Leaving a school ends its access and the pairings of its staff. Raises PromiseBroken.
    """
    try:
        with transaction.atomic(), beyond_own_sight():
            lock_child(child.pk)
            before = (
                Enrolment.objects.filter(child=child, ends_on__isnull=True)
                .select_related("school__organisation")
                .first()
            )
            if before is not None:
                before.ends_on = facts["starts_on"]
                sign(before, by, now, reason)
                before.save()
            row = Enrolment(child=child, **facts)
            sign(row, by, now, reason)
            row.save(force_insert=True)
            open_access(
                child=child,
                reason=AccessReason.ENROLMENT,
                organisation=row.school.organisation,
                by=by,
                now=now,
            )
            if before is not None and before.school_id != row.school_id:
                _leave(child, before, reason, by, now, today)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _leave(
    child: Child, before: Enrolment, reason: str, by: User, now: datetime, today: date
) -> None:
    rows = Pairing.objects.filter(child=child, helper__organisation=before.school_id).on(today)
    for pairing in rows.select_related("helper__user", "child"):
        end_pairing(pairing=pairing, reason=reason, by=by, now=now, today=today)
    close_access(
        child=child,
        reason=AccessReason.ENROLMENT,
        organisation=before.school.organisation,
        by=by,
        now=now,
    )
