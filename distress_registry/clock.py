"""Whether scheduled work still runs; who answers for the work of others is told when not."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.models import Heartbeat

LATE = timedelta(minutes=30)  # it beats every five minutes


def clock_stands_still(grant: Grant, today: date) -> dict[str, Any] | None:
    if not (grant.allows(Permission.DIGEST_VIEW) or grant.allows(Permission.ADMINISTER)):
        return None
    last = Heartbeat.last("worker")
    if last is not None and timezone.now() - last < LATE:
        return None
    return {"beaten_at": last}
