"""Age at a given day, in the way administrative practice counts: completed years.

A year of life is complete on the birthday (criminal law counts from the day after; this is not
criminal law). Born on 29 February: in common years on 1 March. The Civil Code (art. 202) ends a
term without its day on the last of the month, so that 28 February is still the last day of the
year of life; the later day also keeps a child protected for longer, never for shorter.
"""

from datetime import date, timedelta

BANDS = ((0, 2), (3, 5), (6, 11), (12, 14), (15, 17))  # completed years; statistics, domain 9.3
ADULT = 18


def birthday_in(birth_date: date, year: int) -> date:
    """The birthday in `year`; 1 March for 29 February in a common year."""
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def reaches_on(birth_date: date, years: int) -> date:
    """The day on which `years` are completed."""
    return birthday_in(birth_date, birth_date.year + years)


def completed_years(birth_date: date, day: date) -> int:
    """Completed years on `day`. Raises ValueError for a day before birth."""
    if day < birth_date:
        raise ValueError("the day is before the birth")
    return day.year - birth_date.year - (day < birthday_in(birth_date, day.year))


def is_minor(birth_date: date, day: date) -> bool:
    """Under 18; also before birth."""
    return day < reaches_on(birth_date, ADULT)


def band(age: int) -> tuple[int, int] | None:
    """First and last year of the band; None from 18 on."""
    return next((band for band in BANDS if band[0] <= age <= band[1]), None)


def born_between(youngest: int, oldest: int, day: date) -> tuple[date, date]:
    """First and last birth date of those who are `youngest` to `oldest` years old on `day`.

    The first lies after the last when `youngest` is more than `oldest`: nobody.
    """
    return _last_birth_date(oldest + 1, day) + timedelta(days=1), _last_birth_date(youngest, day)


def _last_birth_date(years: int, day: date) -> date:
    """The latest birth date of somebody who has completed `years` on `day`."""
    year = day.year - years
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February; those born on 1 March are not yet so old
        return date(year, 2, 28)
