from datetime import date, timedelta

import pytest

from schools.rules.due import Break, next_contact
from schools.rules.norms import in_force

PAIRED = date(2026, 3, 2)
NORMS = in_force([], PAIRED)
WINTER = Break(date(2026, 3, 20), date(2026, 4, 10))


def due(**told):
    facts = {
        "paired_on": PAIRED, "last_reached_on": None, "last_tried_on": None, "tries_in_vain": 0,
        "risk": "MEDIUM", "norms": NORMS,
    }  # fmt: skip
    return next_contact(**facts | told)


@pytest.mark.parametrize(
    ("risk", "days"), [("HIGH", 7), ("MEDIUM", 30), ("LOW", 120), ("UNKNOWN", 30)]
)
def test_the_cadence_follows_the_risk(risk, days):
    assert due(risk=risk).on == PAIRED + timedelta(days=days)


def test_it_counts_from_the_last_time_somebody_was_reached():
    reached = PAIRED + timedelta(days=12)

    assert due(last_reached_on=reached).on == reached + timedelta(days=30)


def test_a_new_helper_has_the_whole_time_from_the_handover():
    assert due(last_reached_on=date(2025, 9, 1)).on == PAIRED + timedelta(days=30)


def test_a_call_in_vain_puts_nothing_off():
    assert due(tries_in_vain=2, last_tried_on=date(2026, 3, 30)).on == date(2026, 4, 1)


def test_three_tries_in_vain_make_a_visit_due_in_two_days():
    found = due(tries_in_vain=3, last_tried_on=date(2026, 3, 10))

    assert (found.on, found.is_visit) == (date(2026, 3, 12), True)


@pytest.mark.parametrize(
    ("risk", "on"), [("MEDIUM", date(2026, 4, 11)), ("HIGH", date(2026, 3, 21))]
)
def test_holidays_put_off_all_but_high_risk(risk, on):
    reached = date(2026, 3, 14) if risk == "HIGH" else None

    assert due(risk=risk, last_reached_on=reached, breaks=[WINTER]).on == on


def test_overdue_begins_the_day_after():
    found = due()

    assert not found.is_overdue(found.on)
    assert found.is_overdue(found.on + timedelta(days=1))
