"""How near two birth dates are: swapped, mistyped, of the other calendar."""

from datetime import date
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA


class DateLevel(StrEnum):
    SAME = "SAME"
    SWAPPED = "SWAPPED"  # day and month
    DIGIT = "DIGIT"  # one digit, or two that changed places
    NEAR = "NEAR"  # two of year, month and day; within 60 days, as between the two calendars; or
    # of one year, where one is its first day, which stands for «not known»
    YEAR = "YEAR"
    DIFFERENT = "DIFFERENT"


CALENDARS_APART = 60  # days: the lunar date stands 20 to 50 days earlier


@lru_cache(maxsize=100_000)
def level(one: date, other: date) -> DateLevel:
    if one == other:
        return DateLevel.SAME
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return DateLevel.SWAPPED
    if OSA.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1:
        return DateLevel.DIGIT
    parts = zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True)
    if sum(a == b for a, b in parts) == 2 or abs((one - other).days) <= CALENDARS_APART:
        return DateLevel.NEAR
    if one.year == other.year and (1, 1) in ((one.month, one.day), (other.month, other.day)):
        return DateLevel.NEAR
    return DateLevel.YEAR if one.year == other.year else DateLevel.DIFFERENT
