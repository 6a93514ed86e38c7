"""Months, each written as its first day."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date
from typing import Protocol

from .codes import Cadence


def month_of(day: date) -> date:
    return day.replace(day=1)


def shifted(month: date, months: int) -> date:
    """So many months later, or earlier for less than 0; never past the calendar's ends."""
    count = min(max(month.year * 12 + month.month - 1 + months, 12), 9999 * 12 + 11)
    return date(count // 12, count % 12 + 1, 1)


def last_day(month: date) -> date:
    return day_in(month, None)


def day_in(month: date, day: int | None) -> date:
    """The `day` of the month, or its last day where it has no such day or none is named."""
    days = monthrange(month.year, month.month)[1]
    return month.replace(day=min(day or days, days))


def period_start(month: date, first_months: Collection[int]) -> date:
    """First month of the term or year that `month` lies in; itself when there are no periods."""
    if not first_months:
        return month
    return next(
        start for back in range(12) if (start := shifted(month, -back)).month in first_months
    )


def between(month: date, until: date) -> int:
    """Months from `month` to `until`."""
    return (until.year - month.year) * 12 + until.month - month.month


class Paid(Protocol):
    """How often a programme is paid, and in which months."""

    @property
    def cadence(self) -> str: ...
    @property
    def pay_months(self) -> Collection[int]: ...
    @property
    def period_starts(self) -> Collection[int]: ...


def paying_months(programme: Paid, first: date, last: date | None, month: date) -> list[date]:
    """Months up to `month` for which an entitlement of `first` to `last` has a payment."""
    until = month if last is None else min(last, month)
    months = [shifted(first, n) for n in range(between(first, until) + 1)]
    if programme.cadence == Cadence.ONCE:
        return months[:1]
    is_monthly = programme.cadence == Cadence.MONTH
    paid = programme.pay_months if is_monthly else programme.period_starts
    return [one for one in months if not paid or one.month in paid]
