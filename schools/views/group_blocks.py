"""What the home page tells of groups and pairings: to the lead, the helper, the township."""

from datetime import date
from typing import Any

from accounts.access import Grant, Permission
from schools.models.coverage import enrolled_without_helper
from schools.models.group_overview import group_overview
from schools.models.handover import to_confirm

SHOWN = 8


def lead_block(grant: Grant, today: date) -> Any:
    """Children without a helper, seats empty too long, handovers not confirmed in time."""
    found = group_overview(grant, today, leads=True)
    if found.school is None:
        return None
    tells = found.without_helper or found.alerts or found.unconfirmed
    lacks_group = found.group is None and found.year is not None
    return {"overview": found, "lacks_group": lacks_group} if tells or lacks_group else None


def handovers_block(grant: Grant, today: date) -> Any:
    rows = to_confirm(grant, today)
    return {"rows": rows} if rows else None


def coverage_block(grant: Grant, today: date) -> Any:
    """For a township: whose child on a roll has nobody. The lead is told in their own block."""
    if grant.allows(Permission.GROUP_LEAD) or len(grant.area_code or "") < 9:
        return None
    rows = enrolled_without_helper(grant, today, most=SHOWN + 1)
    return {"rows": rows[:SHOWN], "has_more": len(rows) > SHOWN} if rows else None
