"""When an empty seat is told, and to whom."""

from datetime import date, timedelta

import pytest

from schools.rules.working_group import SchoolClass, vacancy

TODAY = date(2026, 3, 20)
NORMS = {"EMPTY_SEAT_DAYS": 3, "EMPTY_SEAT_DAYS_TOWNSHIP": 14}


def empty(days, opened=100, unseen=False):
    left = None if days is None else TODAY - timedelta(days=days)
    return vacancy(
        opened_on=TODAY - timedelta(days=opened), left_on=left, is_left_unseen=unseen,
        today=TODAY, norms=NORMS,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "lead", "township"),
    [(0, False, False), (2, False, False), (3, True, False), (13, True, False), (14, True, True)],
)
def test_an_empty_seat_is_told_to_the_lead_then_to_the_township(days, lead, township):
    found = empty(days)

    assert (found.days, found.tells_lead, found.tells_township) == (days, lead, township)


def test_a_seat_that_nobody_ever_held_is_empty_since_it_was_opened():
    assert empty(None, opened=5).since == TODAY - timedelta(days=5)


def test_a_holder_who_left_before_the_seat_was_needed_does_not_make_it_older():
    assert empty(50, opened=5).days == 5


def test_a_holder_switched_off_is_told_at_once_without_a_day():
    found = empty(None, unseen=True)

    assert found.since is None
    assert found.tells_lead
    assert found.tells_township


def test_a_class_comes_from_the_grade_below():
    assert SchoolClass("PRIMARY", 4, "1班").a_year_before == SchoolClass("PRIMARY", 3, "1班")
