"""Clocks in working days, stopped while papers are missing.

Chinese holidays and make-up days come from chinesecalendar; outside its years (see `is_known`)
Monday to Friday count, so that a due day there is an estimate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

_DAY = timedelta(days=1)


@lru_cache(maxsize=5_000)
def _in_calendar(day: date) -> bool | None:
    """None outside the calendar's years."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def is_known(day: date) -> bool:
    """Whether the holidays of the day's year are known."""
    return _in_calendar(day) is not None


def is_working_day(day: date) -> bool:
    known = _in_calendar(day)
    return day.weekday() < 5 if known is None else known


def add(start: date, days: int) -> date:
    """The `days`-th working day after `start`, which is not counted; `start` itself for 0.

    Raises ValueError for less than 0.
    """
    if days < 0:
        raise ValueError("working days are added, not taken away")
    day = start
    while days > 0:
        day += _DAY
        days -= is_working_day(day)
    return day


def between(start: date, end: date) -> int:
    """Working days after `start`, up to and with `end`; 0 when `end` is not later."""
    return sum(map(is_working_day, _days_after(start, end)))


def _days_after(start: date, end: date) -> Iterable[date]:
    return (start + timedelta(days=n) for n in range(1, (end - start).days + 1))


@dataclass(frozen=True)
class Clock:
    """All in working days; `due_on` is None while the clock stands still."""

    used: int
    allowed: int
    due_on: date | None  # the last day in time; an estimate where `is_known` says no

    @property
    def is_overdue(self) -> bool:
        return self.used > self.allowed

    @property
    def days_over(self) -> int:
        return max(0, self.used - self.allowed)

    @property
    def days_left(self) -> int:
        return max(0, self.allowed - self.used)

    @property
    def is_paused(self) -> bool:
        return self.due_on is None


Pause = tuple[date, date | None]


def clock(started_on: date, allowed: int, on: date, pauses: Iterable[Pause] = ()) -> Clock:
    """A clock of `allowed` working days, as it stands on `on`.

    The day it starts is not counted. A pause is (day it began, day it ended, None if it has not):
    the day it begins still counts, the day it ends does not. Pauses may overlap.
    """
    stops = [pause for pause in pauses if pause[0] <= on]

    def counts(day: date) -> bool:
        is_paused = any(first < day and (last is None or day <= last) for first, last in stops)
        return is_working_day(day) and not is_paused

    used = sum(map(counts, _days_after(started_on, on)))
    if any(last is None or last > on for _, last in stops):
        return Clock(used, allowed, None)
    left, due = allowed, started_on
    while left > 0:
        due += _DAY
        left -= counts(due)
    return Clock(used, allowed, due)
