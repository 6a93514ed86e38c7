"""Opening and closing the dated access rows that enrolments and pairings make."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.scope import beyond_own_sight
from children.actions.record import sign
from children.models import CaseAccess, Child

__all__ = ["beyond_own_sight", "close_access", "open_access"]


def open_access(*, child: Child, reason: str, by: User, now: datetime, **holder: Any) -> None:
    """For one `user` or `organisation`; an access open already stays as it is."""
    rows = CaseAccess.objects.filter(child=child, reason=reason, closed_at__isnull=True, **holder)
    if not rows.exists():
        row = CaseAccess(child=child, reason=reason, opened_at=now, **holder)
        sign(row, by, now, "")
        row.save()


def close_access(*, child: Child, reason: str, by: User, now: datetime, **holder: Any) -> None:
    rows = CaseAccess.objects.filter(child=child, reason=reason, closed_at__isnull=True, **holder)
    for row in rows:
        row.closed_at = max(now, row.opened_at)
        sign(row, by, now, "")
        row.save()
