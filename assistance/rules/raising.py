"""An amount brought up to what the rules owe, month by month; nothing is ever lowered by it."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

Rate = tuple[date, Decimal]  # the month from which it holds; of one month the last said counts


def in_force(rates: Iterable[Rate], month: date) -> Decimal:
    """0 before the first."""
    amount, since = Decimal(0), date.min
    for first, value in rates:
        if since <= first <= month:
            amount, since = value, first
    return amount


def raised(rates: list[Rate], owed: Mapping[date, Decimal]) -> list[Rate]:
    """What is to be added to `rates` so that each month of `owed` is worth what it owes or what it
    was worth before, whichever is more; 0 of a month leaves it as it was.
    """
    added: list[Rate] = []
    for month in sorted(owed):
        wanted = max(in_force(rates, month), owed[month])
        if in_force([*rates, *added], month) != wanted:
            added.append((month, wanted))
    return added
