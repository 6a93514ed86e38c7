"""Age at a given day, in the way administrative practice counts."""

from datetime import date

BANDS = ((0, 2), (3, 5), (6, 11), (12, 14), (15, 17))  # completed years; statistics, domain 9.3
ADULT = 18


def birthday_in(birth_date: date, year: int) -> date:
    """The birthday in `year`. Born on 29 February: 1 March in common years.

    A year of life is complete when its last day has passed; 28 February still belongs to it.
    """
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def completed_years(birth_date: date, day: date) -> int:
    """Completed years on `day`. Raises ValueError for a day before birth."""
    if day < birth_date:
        raise ValueError("the day is before the birth")
    return day.year - birth_date.year - (day < birthday_in(birth_date, day.year))


def born_between(youngest: int, oldest: int, day: date) -> tuple[date, date]:
    """First and last birth date of those who are `youngest` to `oldest` years old on `day`."""
    first = _years_before(day, oldest + 1)
    last = _years_before(day, youngest)
    return date.fromordinal(first.toordinal() + 1), last


def _years_before(day: date, years: int) -> date:
    """The latest birth date of somebody who has completed `years` on `day`."""
    year = day.year - years
    if day.month == 2 and day.day == 29:
        try:
            return day.replace(year=year)
        except ValueError:
            return date(year, 2, 28)
    candidate = day.replace(year=year)
    return candidate
