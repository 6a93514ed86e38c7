"""Hours of home teaching given against those planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_PER_WEEK = 5  # school days


@dataclass(frozen=True)
class Hours:
    """All in lessons."""

    planned: int  # of the whole plan
    due: int  # of them until today
    given: int

    @property
    def missing(self) -> int:
        return max(0, self.due - self.given)


def hours(
    *,
    visits_per_week: int,
    lessons_per_visit: int,
    planned: int,
    school_days: Sequence[date],
    given: int,
) -> Hours:
    """`school_days` are those of the plan that have passed, before today; whole weeks count."""
    weeks = len(school_days) // DAYS_PER_WEEK
    due = min(planned, weeks * visits_per_week * lessons_per_visit)
    return Hours(planned, due, given)


def next_visit_on(last_visit_on: date | None, starts_on: date, visits_per_week: int) -> date:
    """The day by which the next visit is due."""
    gap = timedelta(days=7 // visits_per_week)
    return starts_on + gap if last_visit_on is None else last_visit_on + gap
