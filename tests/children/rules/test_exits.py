from datetime import date

import pytest

from children.rules.exits import PARENT_RETURNS, Ending, Exit, ending, first_month_without


@pytest.mark.parametrize("reason", Exit)
def test_a_benefit_ends_with_the_month_after_the_event(reason):
    assert first_month_without(date(2026, 12, 31), reason) == date(2027, 1, 1)


def test_some_places_stop_in_the_same_month():
    same_month = {Exit.PARENT_FOUND}

    found = ending(date(2026, 5, 20), "PARENT_FOUND", same_month=same_month)
    grown = ending(date(2026, 5, 20), "AGE_18", same_month=same_month)

    assert found.effective_month == date(2026, 5, 1)
    assert grown.effective_month == date(2026, 6, 1)


@pytest.mark.parametrize("reason", Exit)
def test_a_transition_is_for_those_whose_parent_returns(reason):
    until = ending(date(2026, 11, 3), reason, transition_months=6).transition_until

    assert until == (date(2027, 6, 1) if reason in PARENT_RETURNS else None)


def test_no_transition_unless_the_place_has_one():
    assert ending(date(2026, 11, 3), "REHAB_DONE") == Ending(date(2026, 12, 1), None)


def test_an_unknown_reason_is_refused():
    with pytest.raises(ValueError, match="BORED"):
        ending(date(2026, 5, 1), "BORED")
