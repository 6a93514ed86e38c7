import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules.case_number import CaseNumber, case_number, parse


def test_county_year_and_serial_stand_behind_one_another():
    assert case_number("330127", 2026, 1) == "3301272026000001"


@given(
    county=st.from_regex("[0-9]{6}", fullmatch=True),
    year=st.integers(1000, 9999),
    serial=st.integers(1, 999_999),
)
def test_a_case_number_is_read_as_it_was_made(county, year, serial):
    assert parse(case_number(county, year, serial)) == CaseNumber(county, year, serial)


@pytest.mark.parametrize(
    ("county", "year", "serial"),
    [("33012", 2026, 1), ("33012x", 2026, 1), ("330127", 2026, 0), ("330127", 2026, 1_000_000),
     ("330127", 12026, 1), ("330127", 2026, -1), ("33012", 12026, 1), ("３３０１２７", 2026, 1)],
)  # fmt: skip
def test_what_does_not_fit_is_refused(county, year, serial):
    with pytest.raises(ValueError, match="digits"):
        case_number(county, year, serial)


@pytest.mark.parametrize("text", ["", "330127202600001", "3301272026000000", "330127202600000x"])
def test_only_sixteen_digits_with_a_serial_are_read(text):
    with pytest.raises(ValueError, match="16 digits"):
        parse(text)
