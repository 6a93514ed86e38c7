"""A table kept under a name, and taken away again."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Posting, User
from children.actions.promises import broken_promise
from children.actions.record import sign
from distress_registry.models import SavedReport
from distress_registry.rules.report import Report


def save_report(
    *, report: Report, name: str, is_shared: bool, by: Posting, now: datetime
) -> SavedReport:
    """Raises PromiseBroken when the county has a report of that name."""
    row = SavedReport(
        area=by.area, made_by=by, name=name.strip(), is_shared=is_shared, **asdict(report)
    )
    try:
        with transaction.atomic():
            sign(row, by.user, now, "")
            row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def remove_report(*, saved: SavedReport, by: User, now: datetime) -> None:
    """Its history stays. Raises StaleRecord."""
    saved.removed_at = now
    sign(saved, by, now, "")
    saved.save()
