"""Ending a category or a file: why, and from which month no benefit follows. Domain 1.7."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .application import effective_month


class Exit(StrEnum):
    AGE_18 = "AGE_18"
    SCHOOL_END = "SCHOOL_END"  # over 18, left school
    ADOPTED = "ADOPTED"
    CHILD_DEATH = "CHILD_DEATH"
    PARENT_RELEASED = "PARENT_RELEASED"
    REHAB_DONE = "REHAB_DONE"
    PARENT_FOUND = "PARENT_FOUND"
    PARENT_RECOVERED = "PARENT_RECOVERED"  # illness or disability no longer counts
    GUARDIANSHIP_RESTORED = "GUARDIANSHIP_RESTORED"
    MOVED_OUT = "MOVED_OUT"  # household registration
    TYPE_CHANGED = "TYPE_CHANGED"  # e.g. de facto unattended, now orphan
    FRAUD = "FRAUD"
    VOLUNTARY = "VOLUNTARY"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"


# The parent can care again: some places go on paying for a transition period.
PARENT_RETURNS = frozenset(
    {
        Exit.PARENT_RELEASED,
        Exit.REHAB_DONE,
        Exit.PARENT_FOUND,
        Exit.PARENT_RECOVERED,
        Exit.GUARDIANSHIP_RESTORED,
    }
)
# Of a category only: the child's file goes on.
ENDS_CATEGORY_ONLY = frozenset({Exit.TYPE_CHANGED})


@dataclass(frozen=True)
class Ending:
    """Both are first days of a month."""

    effective_month: date  # the first month without the category's benefit …
    transition_until: date | None  # … unless a transition runs: the first month without that


def ending(
    event_on: date,
    reason: str,
    *,
    transition_months: int = 0,
    same_month: Collection[str] = (),
) -> Ending:
    """From when a benefit ends after the event: from the month after it.

    `same_month`: reasons that end it from the event's own month, as some places do for
    PARENT_FOUND. `transition_months`: only for reasons of PARENT_RETURNS; both are local rules.
    Raises ValueError for an unknown reason.
    """
    code = Exit(reason)
    month = event_on.replace(day=1) if code in same_month else effective_month(event_on)
    if code not in PARENT_RETURNS or transition_months <= 0:
        return Ending(month, None)
    until = month
    for _ in range(transition_months):
        until = effective_month(until)
    return Ending(month, until)


def first_month_without(event_on: date, reason: str) -> date:
    """First day of the first month without benefit, by the national rule."""
    return ending(event_on, reason).effective_month
