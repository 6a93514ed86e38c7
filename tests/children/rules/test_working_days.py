from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules.working_days import Clock, add, between, clock, is_known, is_working_day

DAY = st.dates(date(2003, 1, 1), date(2030, 12, 31))
NEAR = st.integers(0, 60)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 11, 23), True, id="Monday"),
        pytest.param(date(2026, 11, 22), False, id="Sunday"),
        pytest.param(date(2026, 10, 1), False, id="National Day, a Thursday"),
        pytest.param(date(2026, 10, 10), True, id="Saturday made up for the holiday"),
        pytest.param(date(2026, 2, 17), False, id="Spring Festival"),
        pytest.param(date(2024, 2, 18), True, id="Sunday made up for Spring Festival"),
        pytest.param(date(1999, 10, 1), True, id="before the calendar: Friday"),
        pytest.param(date(2099, 1, 3), False, id="after the calendar: Saturday"),
    ],
)
def test_is_working_day(day, works):
    assert is_working_day(day) == works


def test_it_is_known_where_the_calendar_ends():
    assert is_known(date(2026, 12, 31))
    assert not is_known(date(2099, 1, 1))
    assert not is_known(date(1999, 1, 1))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 11, 23), 15, date(2026, 12, 14)),
    ],
)
def test_add(start, days, end):
    assert add(start, days) == end


def test_days_are_not_taken_away():
    with pytest.raises(ValueError, match="not taken away"):
        add(date(2026, 11, 23), -1)


@given(start=DAY, days=st.integers(1, 60))
def test_adding_and_counting_undo_one_another(start, days):
    end = add(start, days)

    assert is_working_day(end)
    assert between(start, end) == days


@given(start=DAY, first=NEAR, second=NEAR)
def test_counted_days_add_up(start, first, second):
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)

    assert between(start, end) == between(start, middle) + between(middle, end)


@given(start=DAY, back=NEAR)
def test_nothing_is_counted_backwards(start, back):
    assert between(start, start - timedelta(days=back)) == 0


MON, TUE, WED, THU, FRI = (date(2026, 11, 16) + timedelta(days=n) for n in range(5))
NEXT_MON, NEXT_TUE, NEXT_WED = (date(2026, 11, 23) + timedelta(days=n) for n in range(3))


class TestClock:
    """Monday to Friday of a week without holidays, and the week after."""

    def test_the_day_it_starts_is_not_counted(self):
        assert clock(MON, 2, MON) == Clock(used=0, allowed=2, due_on=WED)

    @pytest.mark.parametrize(
        ("on", "used", "over", "left"), [(WED, 2, 0, 0), (THU, 3, 1, 0), (TUE, 1, 0, 1)]
    )
    def test_it_is_overdue_after_the_last_day(self, on, used, over, left):
        found = clock(MON, 2, on)

        assert (found.used, found.days_over, found.days_left) == (used, over, left)
        assert found.is_overdue == (over > 0)

    def test_a_weekend_takes_no_time(self):
        assert clock(FRI, 1, NEXT_MON) == Clock(1, 1, NEXT_MON)

    def test_while_papers_are_missing_it_stands_still(self):
        found = clock(MON, 2, FRI, [(TUE, None)])

        assert found == Clock(used=1, allowed=2, due_on=None)
        assert found.is_paused

    def test_the_pause_moves_the_last_day(self):
        found = clock(MON, 2, FRI, [(TUE, THU)])

        assert found == Clock(used=2, allowed=2, due_on=FRI)
        assert not found.is_paused

    def test_a_pause_that_begins_on_the_last_day_comes_too_late(self):
        assert clock(MON, 2, NEXT_MON, [(WED, FRI)]) == Clock(3, 2, WED)

    def test_a_pause_before_the_start_takes_nothing(self):
        assert clock(WED, 1, THU, [(MON, TUE)]) == clock(WED, 1, THU)

    def test_a_pause_over_the_start_takes_only_what_lies_after(self):
        assert clock(WED, 1, FRI, [(MON, THU)]) == Clock(1, 1, FRI)

    def test_pauses_that_overlap_count_once(self):
        assert clock(MON, 2, NEXT_MON, [(TUE, THU), (WED, FRI)]) == Clock(2, 2, NEXT_MON)

    def test_pauses_are_read_in_any_order(self):
        pauses = [(THU, FRI), (MON, TUE)]

        assert clock(MON, 3, NEXT_WED, pauses) == clock(MON, 3, NEXT_WED, pauses[::-1])

    def test_what_happens_later_is_not_known_yet(self):
        assert clock(MON, 2, TUE, [(THU, None)]) == clock(MON, 2, TUE)

    def test_on_a_day_within_a_pause_that_ended_it_stood_still(self):
        assert clock(MON, 2, WED, [(TUE, FRI)]).is_paused


@st.composite
def pauses_after(draw, start):
    found = []
    for _ in range(draw(st.integers(0, 3))):
        first = start + timedelta(days=draw(NEAR))
        found.append((first, first + timedelta(days=draw(NEAR))))
    return found


@given(start=DAY, allowed=st.integers(0, 20), elapsed=st.integers(0, 200), data=st.data())
def test_overdue_is_a_working_day_after_the_due_day(start, allowed, elapsed, data):
    on = start + timedelta(days=elapsed)
    pauses = data.draw(pauses_after(start))

    found = clock(start, allowed, on, pauses)

    assert 0 <= found.used <= between(start, on)
    if found.due_on is not None:
        assert found.is_overdue == (clock(start, allowed, found.due_on, pauses).used < found.used)
        assert not (found.is_overdue and on <= found.due_on)
        assert found.due_on >= add(start, allowed)
