from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules import ages

LEAP = date(2008, 2, 29)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("birth_date", "day", "age"),
    [
        (date(2016, 3, 1), date(2016, 3, 1), 0),
        (date(2016, 3, 1), date(2026, 2, 28), 9),
        (date(2016, 3, 1), date(2026, 3, 1), 10),
        pytest.param(LEAP, date(2026, 2, 28), 17, id="28 February is the last day of the year"),
        pytest.param(LEAP, date(2026, 3, 1), 18, id="1 March in a common year"),
        pytest.param(LEAP, date(2028, 2, 28), 19, id="28 February of a leap year"),
        pytest.param(LEAP, date(2028, 2, 29), 20, id="29 February of a leap year"),
    ],
)
def test_completed_years(birth_date, day, age):
    assert ages.completed_years(birth_date, day) == age


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="before the birth"):
        ages.completed_years(date(2026, 3, 2), date(2026, 3, 1))


@given(birth_date=DAYS, years=st.integers(0, 99))
def test_a_year_is_completed_on_the_birthday_and_not_the_day_before(birth_date, years):
    day = ages.reaches_on(birth_date, years)

    assert ages.completed_years(birth_date, day) == years
    if years:
        assert ages.completed_years(birth_date, day - timedelta(days=1)) == years - 1


AROUND_LEAP_DAYS = st.builds(
    lambda year, days: date(year, 2, 28) + timedelta(days=days),
    st.integers(1960, 2060),
    st.integers(-1, 2),
)


@given(day=DAYS | AROUND_LEAP_DAYS, years=st.integers(0, 30), span=st.integers(0, 10))
def test_born_between_ends_where_the_age_does(day, years, span):
    first, last = ages.born_between(years, years + span, day)
    before, after = first - timedelta(days=1), last + timedelta(days=1)

    assert ages.completed_years(first, day) == years + span
    assert ages.completed_years(before, day) == years + span + 1
    assert ages.completed_years(last, day) == years
    assert after > day or ages.completed_years(after, day) == years - 1


def test_nobody_is_older_than_three_and_younger_than_two():
    first, last = ages.born_between(3, 1, date(2026, 2, 28))

    assert first > last


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, (0, 2)), (2, (0, 2)), (3, (3, 5)), (11, (6, 11)), (12, (12, 14)), (17, (15, 17)),
     (18, None)],
)  # fmt: skip
def test_band(age, band):
    assert ages.band(age) == band


def test_a_minor_is_so_until_the_eighteenth_birthday():
    assert ages.is_minor(LEAP, date(2026, 2, 28))
    assert not ages.is_minor(LEAP, date(2026, 3, 1))
