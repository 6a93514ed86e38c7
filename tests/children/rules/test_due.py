"""When a child is visited, called and looked at again."""

from datetime import date, timedelta

import pytest

from children.rules.due import Figures, Reason, Visit, add_months, facts_of, next_work

OPENED = date(2026, 3, 2)
FIGURES = Figures(
    first_visit_days=14, visit_days=90, call_days=30, verify_months=6, second_try_days=5
)
NUMBER = iter(range(1, 1000))


def day(count):
    return OPENED + timedelta(days=count)


def visit(on, outcome="MET", mode="HOME", next_on=None):
    return Visit(next(NUMBER), day(on), mode == "HOME", outcome, next_on and day(next_on))


def due(*visits, put_off=None, verified_on=OPENED):
    """Kind → (days after the opening, reason)."""
    work = next_work(
        opened_on=OPENED, facts=facts_of(visits), verified_on=verified_on, figures=FIGURES,
        put_off=put_off or {},
    )  # fmt: skip
    return {row.kind.value: ((row.on - OPENED).days, row.reason) for row in work}


def test_a_new_file_is_visited_soon_and_needs_no_call_before():
    assert due() == {
        "VISIT": (14, Reason.FIRST), "VERIFY": ((add_months(OPENED, 6) - OPENED).days,
                                                Reason.REGULAR),
    }  # fmt: skip


def test_after_a_visit_the_cadence_counts_from_it_and_a_call_comes_between():
    found = due(visit(10))

    assert found["VISIT"] == (100, Reason.REGULAR)
    assert found["CALL"] == (40, Reason.REGULAR)


def test_a_call_puts_off_the_next_call_and_not_the_visit():
    found = due(visit(10), visit(35, mode="PHONE"))

    assert (found["VISIT"][0], found["CALL"][0]) == (100, 65)


def test_a_visit_that_comes_no_later_makes_the_call_unnecessary():
    assert "CALL" not in due(visit(10), visit(70, mode="PHONE"))  # both on day 100
    assert "CALL" in due(visit(10), visit(69, mode="PHONE"))


def test_the_guardian_alone_is_spoken_to_but_the_child_is_still_to_be_visited():
    found = due(visit(10), visit(50, "GUARDIAN_ONLY"))

    assert (found["VISIT"][0], found["CALL"][0]) == (100, 80)


def test_what_was_agreed_for_an_earlier_day_is_due_then():
    assert due(visit(10, next_on=20))["VISIT"] == (20, Reason.FOLLOW_UP)
    assert due(visit(10, next_on=200))["VISIT"] == (100, Reason.REGULAR)


def test_a_visit_made_settles_what_was_agreed_before():
    assert due(visit(10, next_on=20), visit(20))["VISIT"] == (110, Reason.REGULAR)


@pytest.mark.parametrize("outcome", ["NOT_AT_HOME", "REFUSED"])
def test_in_vain_asks_for_a_second_try_in_a_few_days(outcome):
    assert due(visit(10), visit(100, outcome, next_on=103))["VISIT"] == (103, Reason.SECOND_TRY)
    assert due(visit(10), visit(100, outcome, next_on=150))["VISIT"] == (105, Reason.SECOND_TRY)


def test_trying_on_in_vain_puts_the_visit_off_no_more():
    tries = [visit(100 + 4 * number, "NOT_AT_HOME", next_on=104 + 4 * number) for number in (0, 1)]

    assert due(visit(10), *tries)["VISIT"] == (105, Reason.SECOND_TRY)


def test_a_call_in_vain_is_no_try_at_home():
    found = due(visit(10), visit(30, "NOT_AT_HOME", "PHONE", next_on=32))

    assert found["VISIT"] == (100, Reason.REGULAR)
    assert found["CALL"] == (32, Reason.FOLLOW_UP)


def test_put_off_holds_for_that_cause_alone():
    later = {("VISIT", day(100)): day(120)}

    assert due(visit(10), put_off=later)["VISIT"][0] == 120
    assert due(visit(11), put_off=later)["VISIT"][0] == 101


def test_a_visit_put_off_leaves_the_call_due():
    visits = [visit(10), visit(70, mode="PHONE")]

    assert due(*visits, put_off={("VISIT", day(100)): day(110)})["CALL"][0] == 100


def test_the_file_is_looked_at_again_counted_from_the_oldest_fact():
    assert due(verified_on=day(30))["VERIFY"][0] == (add_months(day(30), 6) - OPENED).days


def test_months_end_where_a_shorter_month_does():
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 15), 12) == date(2027, 12, 15)
