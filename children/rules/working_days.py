"""Clocks in working days, stopped while papers are missing.

Chinese holidays and make-up days come from chinesecalendar; outside its years Monday to Friday
count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add(start: date, days: int) -> date:
    """The `days`-th working day after `start`; the day itself is not counted."""
    day = start
    while days > 0:
        day += _DAY
        days -= is_working_day(day)
    return day


def between(start: date, end: date) -> int:
    """Working days after `start`, up to and with `end`; 0 when `end` is not later."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@dataclass(frozen=True)
class Clock:
    """`used` and `allowed` in working days; `due_on` is None while the clock stands still."""

    used: int
    allowed: int
    due_on: date | None

    @property
    def is_overdue(self) -> bool:
        return self.used > self.allowed


def clock(
    started_on: date, allowed: int, on: date, pauses: Iterable[tuple[date, date | None]] = ()
) -> Clock:
    """A clock of `allowed` working days; in a pause (first day, day it ended) nothing counts."""
    pauses = sorted(pauses, key=lambda pause: pause[0])
    used = between(started_on, on)
    for first, ended in pauses:
        used -= between(max(first, started_on), min(ended or on, on))
    if any(ended is None for _, ended in pauses):
        return Clock(used, allowed, None)
    due = add(started_on, allowed)
    # A pause before the due day moves it by the working days it took.
    for first, ended in pauses:
        if first < due and ended:
            due = add(due, between(first, ended))
    return Clock(used, allowed, due)
