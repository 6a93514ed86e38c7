"""Notices on the child's school page and on the home page."""

from datetime import date
from typing import Any

from accounts.access import Grant, Permission
from children.models import Child
from schools.models import Notice, NoticeDelivery
from schools.models.notice_due import answered, unread_by_school, waiting

from .notice import with_deliveries

SHOWN = 5


def notices(child: Child, grant: Grant, today: date) -> Any:
    """The newest notices of the child with what came back; two queries."""
    rows = Notice.objects.permitted(grant).filter(child=child).select_related("writer__user")
    rows = rows.prefetch_related(with_deliveries(grant)).order_by("-written_at", "-pk")
    return {"child": child, "rows": rows[:SHOWN]}


def home_notices(grant: Grant, today: date) -> Any:
    """For a teacher what waits and what was answered; else unread ones by school, to the township.

    A county has the weekly digest's: counted over all its children they would take too long here.
    """
    township = grant.sees_own_area and len(grant.area_code or "") >= 9
    oversees = township or grant.allows(Permission.GROUP_LEAD)
    found: dict[str, Any] = {"schools": [], "answered": [], "waiting": []}
    if oversees:
        found["schools"] = unread_by_school(NoticeDelivery.objects.of_own(grant))[:SHOWN]
    if grant.allows(Permission.NOTICE_WRITE):
        found["answered"] = answered(grant, today, SHOWN)
        found["waiting"] = waiting(grant, today, SHOWN)
    return found if any(found.values()) else None
