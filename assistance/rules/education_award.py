"""Awards of a term: which month they are asked for, when pupils are counted, what changes them.

A term's pupils are counted on the last day of its first month: 30 September, 31 March. What the
roll says until then counts for the term; what it says later counts from the next term on.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from .months import last_day, month_of, shifted


class State(StrEnum):
    PROPOSED = "PROPOSED"
    CONFIRMED = "CONFIRMED"
    ENDED = "ENDED"


class EndReason(StrEnum):
    LEFT = "LEFT"  # on no roll when the term's pupils are counted
    MOVED = "MOVED"  # at another school by then
    HOME_TEACHING = "HOME_TEACHING"
    FACTS = "FACTS"  # other facts: recognition, boarding, certificate
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"  # its entitlement was: nothing of it was owed


class Verdict(StrEnum):
    KEEP = "KEEP"
    FOLLOW = "FOLLOW"  # written anew: another school, amount or stage
    END = "END"


def first_month(starts_on: date, ends_on: date, period_starts: Collection[int]) -> date | None:
    """The month in which a programme's period of this term (both days included) begins.

    A term that begins on 24 February is that of March. None: the programme has no such period.
    """
    month = month_of(starts_on)
    while month <= ends_on:
        if month.month in period_starts:
            return month
        month = shifted(month, 1)
    return None


def last_month(month: date, period_starts: Collection[int]) -> date:
    """The last month of the period that begins with `month`."""
    later = shifted(month, 1)
    while later.month not in period_starts:
        later = shifted(later, 1)
    return shifted(later, -1)


def counted_on(month: date) -> date:
    """The day on which the pupils of the term are counted."""
    return last_day(month)


def verdict(
    *, state: str, is_under_way: bool, is_owed: bool, is_same: bool, today: date, counted: date
) -> Verdict:
    """What becomes of an award when the term is looked at again on `today`.

    `is_under_way`: the money was settled or stands in a run; `is_same`: school, stage and
    amount are those that would be awarded today.
    """
    if state == State.ENDED or is_under_way or today > counted:
        return Verdict.KEEP
    if not is_owed:
        return Verdict.END
    return Verdict.KEEP if is_same else Verdict.FOLLOW
