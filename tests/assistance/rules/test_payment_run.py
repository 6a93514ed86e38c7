"""What became of a month, by its lines; which month a run may be for."""

from datetime import date

import pytest

from assistance.rules.payment_run import may_be_run, outcome


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "NOTHING"),
        ([("PAID", False)], "IN_TIME"),
        ([("PAID", False), ("PAID", True)], "LATE"),
        ([("PAID", True), ("PENDING", False)], "ON_ITS_WAY"),
        ([("PENDING", False), ("FAILED", False)], "MISSING"),
        ([("PAID", False), ("HELD", False)], "MISSING"),
    ],
)
def test_the_worst_of_a_month_is_told(lines, expected):
    assert outcome(lines) == expected


def test_a_run_pays_no_month_beyond_the_next():
    today = date(2026, 12, 31)

    assert may_be_run(date(2026, 12, 1), today)
    assert may_be_run(date(2027, 1, 1), today)
    assert not may_be_run(date(2027, 2, 1), today)
