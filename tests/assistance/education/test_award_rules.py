"""What becomes of an award when the roll changes: one line for each case."""

from datetime import date

import pytest

from assistance.rules.education_award import (
    Verdict,
    counted_on,
    first_month,
    last_month,
    verdict,
)

AUTUMN, COUNTED = date(2025, 9, 1), date(2025, 9, 30)
BEFORE, ON, AFTER = date(2025, 9, 15), COUNTED, date(2025, 10, 1)

# What happened, state, under way, owed, same, looked at → verdict. Domain 4.3: per term, yearly/2;
# docs/education.md tells the day of counting.
CASES = [
    ("nothing changed", "PROPOSED", False, True, True, BEFORE, "KEEP"),
    ("nothing changed", "CONFIRMED", False, True, True, BEFORE, "KEEP"),
    ("left before the counting", "PROPOSED", False, False, False, BEFORE, "END"),
    ("left before the counting", "CONFIRMED", False, False, False, BEFORE, "END"),
    ("left on the day of counting", "CONFIRMED", False, False, False, ON, "END"),
    ("left after the counting", "PROPOSED", False, False, False, AFTER, "KEEP"),
    ("left after the counting", "CONFIRMED", False, False, False, AFTER, "KEEP"),
    ("moved before the counting", "PROPOSED", False, True, False, BEFORE, "FOLLOW"),
    ("moved before the counting", "CONFIRMED", False, True, False, BEFORE, "FOLLOW"),
    ("moved after the counting", "CONFIRMED", False, True, False, AFTER, "KEEP"),
    ("home teaching before the counting", "CONFIRMED", False, False, False, BEFORE, "END"),
    ("home teaching after the counting", "CONFIRMED", False, False, False, AFTER, "KEEP"),
    ("left, but the money is under way", "CONFIRMED", True, False, False, BEFORE, "KEEP"),
    ("moved, but the school was credited", "CONFIRMED", True, True, False, BEFORE, "KEEP"),
    ("ended once, owed again", "ENDED", False, True, True, BEFORE, "KEEP"),
]


@pytest.mark.parametrize(("what", "state", "under_way", "owed", "same", "today", "then"), CASES)
def test_what_becomes_of_an_award(what, state, under_way, owed, same, today, then):
    found = verdict(
        state=state, is_under_way=under_way, is_owed=owed, is_same=same, today=today,
        counted=COUNTED,
    )  # fmt: skip

    assert found == Verdict(then)


@pytest.mark.parametrize(
    ("starts", "ends", "month"),
    [
        (date(2025, 9, 1), date(2026, 1, 20), date(2025, 9, 1)),
        (date(2026, 2, 24), date(2026, 7, 3), date(2026, 3, 1)),
        (date(2026, 3, 2), date(2026, 7, 3), date(2026, 3, 1)),
        (date(2026, 6, 1), date(2026, 7, 3), None),
    ],
)
def test_a_term_is_asked_for_in_the_month_in_which_its_period_begins(starts, ends, month):
    assert first_month(starts, ends, [3, 9]) == month


def test_periods_end_where_the_next_begins():
    assert last_month(AUTUMN, [3, 9]) == date(2026, 2, 1)
    assert last_month(date(2026, 3, 1), [3, 9]) == date(2026, 8, 1)
    assert counted_on(AUTUMN) == COUNTED
