"""When an empty seat is told to whom, and which classes follow one another from year to year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Vacancy:
    """`since` is the first day without a holder, None when that day is not known."""

    since: date | None
    days: int
    tells_lead: bool
    tells_township: bool


def vacancy(
    *, opened_on: date, left_on: date | None, is_left_unseen: bool, today: date,
    norms: Mapping[str, int],
) -> Vacancy:  # fmt: skip
    """For a seat that nobody holds today.

    `left_on` is the day from which its last holder held it no more, None when it never had one.
    `is_left_unseen`: the holder can no longer sign in, nobody wrote down since when; told at once.
    """
    if is_left_unseen:
        return Vacancy(None, 0, tells_lead=True, tells_township=True)
    since = max(opened_on, left_on or opened_on)
    days = (today - since).days
    return Vacancy(
        since, days, tells_lead=days >= norms["EMPTY_SEAT_DAYS"],
        tells_township=days >= norms["EMPTY_SEAT_DAYS_TOWNSHIP"],
    )  # fmt: skip


@dataclass(frozen=True, order=True)
class SchoolClass:
    stage: str
    grade: int
    name: str

    @property
    def a_year_before(self) -> "SchoolClass":
        """The same children's class, when they did not change stage."""
        return SchoolClass(self.stage, self.grade - 1, self.name)
