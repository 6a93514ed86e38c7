"""Reporting harm, and what is done about it. Nothing stands before the report; none is deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Posting, User
from children.models import Child, Concern, ConcernStep

from .record import add_record, lock_child, sign


class NotNow(Exception):
    """Somebody else has taken this step already."""


def report_harm(
    *, child: Child, facts: Mapping[str, Any], reporter: Posting, now: datetime
) -> Concern:
    """Those told of reports in the child's area find it on their home page at once."""
    row = Concern(
        child=child, reporter=reporter, reported_by=reporter.user, reported_at=now, **facts
    )
    return add_record(row=row, by=reporter.user, now=now)


@transaction.atomic
def add_police_call(
    *, concern: Concern, called_at: datetime, receipt: str, by: User, now: datetime
) -> None:
    """What the reporter learns only afterwards."""
    row = _locked(concern)
    row.police_called_at, row.police_receipt = called_at, receipt
    sign(row, by, now, "")
    row.save()


@transaction.atomic
def acknowledge(*, concern: Concern, by: User, now: datetime) -> None:
    """Raises NotNow when somebody was quicker."""
    row = _locked(concern)
    if row.acknowledged_at is not None:
        raise NotNow
    row.acknowledged_by, row.acknowledged_at = by, now
    sign(row, by, now, "")
    row.save()


@transaction.atomic
def add_step(*, concern: Concern, text: str, by: User, now: datetime) -> None:
    ConcernStep.objects.create(concern=concern, child_id=concern.child_id, text=text, by=by, at=now)


@transaction.atomic
def close_concern(*, concern: Concern, outcome: str, text: str, by: User, now: datetime) -> None:
    """With what was found. Raises NotNow unless it is acknowledged and open."""
    row = _locked(concern)
    if row.is_closed or row.acknowledged_at is None:
        raise NotNow
    row.outcome, row.closed_at = outcome, now
    sign(row, by, now, "")
    row.save()
    add_step(concern=row, text=text, by=by, now=now)


@transaction.atomic
def reopen_concern(*, concern: Concern, text: str, by: User, now: datetime) -> None:
    """Raises NotNow when it is open."""
    row = _locked(concern)
    if not row.is_closed:
        raise NotNow
    row.outcome, row.closed_at = "", None
    sign(row, by, now, text)
    row.save()
    add_step(concern=row, text=text, by=by, now=now)


def _locked(concern: Concern) -> Concern:
    lock_child(concern.child_id)
    return Concern.objects.get(pk=concern.pk)
