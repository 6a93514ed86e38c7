"""What is granted of a claim, what is to be expected, when a plan is to be asked after."""

from datetime import date
from decimal import Decimal

import pytest

from assistance.rules.rehabilitation import (
    Attendance,
    Cut,
    Room,
    Worry,
    counted_on,
    granted,
    proposed,
    worries,
)

S, Q, M, MONTH = Cut.SESSIONS, Cut.QUOTA, Cut.MONEY, Cut.MONTH


@pytest.mark.parametrize(
    ("asked", "amount", "room", "sessions", "money", "cuts"),
    [
        (8, "800", Room(8, 20, Decimal(2000)), 8, "800", []),
        (8, "800", Room(6, 20, Decimal(2000)), 6, "600", [S]),
        (8, "800", Room(8, 3, Decimal(2000)), 3, "300", [Q]),
        (8, "800", Room(8, 20, Decimal(750)), 8, "750", [M]),
        (8, "800", Room(8, 20, Decimal(2000), Decimal(700)), 8, "700", [MONTH]),
        (8, "800", Room(6, 3, Decimal(200), Decimal(250)), 3, "200", [S, Q, M, MONTH]),
        (8, "800", Room(0, 20, Decimal(2000)), 0, "0", [S]),
        (3, "100", Room(1, 20, Decimal(2000)), 1, "33.33", [S]),
        (0, "0", Room(5, 20, Decimal(2000)), 0, "0", []),
        (2, "200", Room(2, 0, Decimal(0)), 0, "0", [Q]),
        (2, "200", Room(-1, -2, Decimal(-5)), 0, "0", [S, Q, M]),
    ],
)
def test_no_more_is_granted_than_was_signed_for_and_approved(
    asked, amount, room, sessions, money, cuts
):
    assert granted(asked, Decimal(amount), room) == (sessions, Decimal(money), cuts)


@pytest.mark.parametrize("asked", range(0, 12, 3))
@pytest.mark.parametrize("attended", range(0, 12, 3))
@pytest.mark.parametrize("left", range(0, 12, 3))
def test_what_is_granted_lies_inside_every_limit(asked, attended, left):
    room = Room(attended, left, Decimal(350), Decimal(300))

    sessions, money, _cuts = granted(asked, Decimal(asked * 100), room)

    assert sessions <= min(asked, attended, left)
    assert money <= min(asked * 100, 350, 300)
    assert sessions or not money


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (Room(4, 10, Decimal(1000)), (4, "400")),
        (Room(4, 3, Decimal(1000)), (3, "300")),
        (Room(4, 10, Decimal(150)), (4, "150")),
        (Room(4, 10, Decimal(1000), Decimal(120)), (4, "120")),
        (Room(-2, 10, Decimal(1000)), (0, "0")),
    ],
)
def test_an_institution_is_expected_to_ask_for_the_sessions_at_the_plans_price(room, expected):
    sessions, money = expected

    assert proposed(10, Decimal(1000), room) == (sessions, Decimal(money))


def plan(attended=0, last_on=None):
    return Attendance(date(2026, 1, 1), date(2026, 12, 31), 10, attended, last_on)


@pytest.mark.parametrize(
    ("row", "today", "expected"),
    [
        (plan(), date(2026, 1, 30), []),
        (plan(), date(2026, 1, 31), [Worry.GAP]),
        (plan(3, date(2026, 5, 1)), date(2026, 5, 30), []),
        (plan(3, date(2026, 5, 1)), date(2026, 5, 31), [Worry.GAP]),
        (plan(3, date(2026, 11, 1)), date(2026, 11, 1), [Worry.UNUSED]),
        (plan(3, date(2026, 10, 31)), date(2026, 10, 31), []),
        (plan(3, date(2026, 6, 1)), date(2026, 12, 31), [Worry.GAP, Worry.UNUSED]),
        (plan(10, date(2026, 6, 1)), date(2026, 12, 1), []),  # used up
        (plan(3, date(2026, 6, 1)), date(2027, 1, 1), []),  # over
    ],
)
def test_a_gap_and_an_unused_rest_are_told_while_something_can_be_done(row, today, expected):
    assert worries(row, today, gap_days=30, end_days=60) == expected


def test_where_the_first_of_january_counts_who_began_the_year_in_time_finishes_it():
    assert counted_on(date(2026, 9, 3), "YEAR_START") == date(2026, 1, 1)
    assert counted_on(date(2026, 9, 3), "DAY") == date(2026, 9, 3)
