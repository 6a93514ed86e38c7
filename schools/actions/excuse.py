"""Approving a lawful reason out of class; the ledgers follow at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from children.actions.record import add_record
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
