"""The second person's answer to what somebody wants to give away."""

from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction

from accounts.models import User
from children.actions.promises import broken_promise
from children.actions.record import sign
from children.models import StaleRecord
from exchange.models.asked import Asked

Row = TypeVar("Row", bound=Asked)


def locked(row: Row) -> Row:
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=row.pk)


def decide(
    *, row: Row, version: int, is_approved: bool, reason: str = "", by: User, now: datetime
) -> Row:
    """`reason`: of a refusal, for who asked. Raises StaleRecord when it was decided meanwhile,
    PromiseBroken for who asked for it and for a refusal without a reason."""
    try:
        with transaction.atomic():
            fresh = locked(row)
            if fresh.version != version or not fresh.is_waiting:
                raise StaleRecord(fresh)
            fresh.state = "READY" if is_approved else "REFUSED"
            fresh.decided_by, fresh.decided_at = by, now
            fresh.refusal_reason = "" if is_approved else reason
            sign(fresh, by, now, fresh.refusal_reason)
            fresh.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return fresh
