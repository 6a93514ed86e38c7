"""Approving a lawful reason out of class, and ending it early; the ledgers follow at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from children.actions.record import add_record, change_record
from children.models import Child
from schools.models import Excuse

from .ledger import refresh


def approve_excuse(
    *, child: Child, facts: Mapping[str, Any], by: User, now: datetime, today: date
) -> Excuse:
    """Raises PromiseBroken when another reason covers some of the days."""
    with transaction.atomic():
        row = add_record(row=Excuse(child=child, **facts), by=by, now=now)
        refresh(children=[child.pk], by=by, now=now, today=today)
    return row


def end_excuse(
    *, excuse: Excuse, last_on: date, reason: str, by: User, now: datetime, today: date
) -> Excuse:
    """It holds on `last_on` for the last time; what was approved stays written beside it.

    Raises StaleRecord, or PromiseBroken for a day before it began.
    """
    facts = {
        "ends_on": last_on, "ended_because": reason,
        "approved_until": excuse.approved_until or excuse.ends_on,
    }  # fmt: skip
    with transaction.atomic():
        row = change_record(
            row=excuse, version=excuse.version, facts=facts, by=by, now=now, reason=reason[:100]
        )
        refresh(children=[excuse.child_id], by=by, now=now, today=today)
    return row
