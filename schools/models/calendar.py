"""School days: within a term, no weekend or public holiday, no school holiday."""

from collections.abc import Iterator
from datetime import date, timedelta

from children.rules.working_days import is_working_day
from schools.rules.ledger import Calendar

from .school import SchoolBreak, SchoolYear, Term

KEPT = 90  # school days that a calendar looks back on
FARTHEST = timedelta(days=400)


def year_starts_on(today: date) -> date:
    """First day of the school year of `today`; 1 September where none is entered."""
    year = SchoolYear.objects.on(today).first()
    if year is not None:
        return year.starts_on
    return date(today.year if today.month >= 9 else today.year - 1, 9, 1)


def school_days(first: date, last: date) -> list[date]:
    """Both included, ascending; two queries. With no term entered every working day is one."""
    terms = list(Term.objects.values_list("starts_on", "ends_on"))
    breaks = list(SchoolBreak.objects.values_list("starts_on", "ends_on"))
    return [
        day
        for day in _days(first, last)
        if is_working_day(day)
        and (not terms or any(start <= day <= end for start, end in terms))
        and not any(start <= day <= end for start, end in breaks)
    ]


def calendar_of(today: date) -> Calendar:
    days = school_days(today - FARTHEST, today)
    return Calendar(year_starts_on(today), days[-KEPT:], today)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
