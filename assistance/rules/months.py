"""Months, each written as its first day."""

from calendar import monthrange
from datetime import date, timedelta


def month_of(day: date) -> date:
    return day.replace(day=1)


def shifted(month: date, months: int) -> date:
    """So many months later, or earlier for less than 0."""
    count = month.year * 12 + month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def last_day(month: date) -> date:
    return shifted(month, 1) - timedelta(days=1)


def day_in(month: date, day: int | None) -> date:
    """The `day` of the month, or its last day where it has no such day or none is named."""
    days = monthrange(month.year, month.month)[1]
    return month.replace(day=min(day or days, days))
