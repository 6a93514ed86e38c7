"""Amounts are brought up month by month, never down, and what was before holds again behind."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.rules.months import paying_months, shifted
from assistance.rules.raising import in_force, raised
from assistance.rules.rulebook import Programme

FIRST = date(2026, 1, 1)


def of(*rates):
    return [(date(2026, month, 1), Decimal(amount)) for month, amount in rates]


@pytest.mark.parametrize(
    ("rates", "owed", "added"),
    [
        pytest.param(of((1, 119)), of((1, 119), (2, 119)), [], id="as the standard says"),
        pytest.param(
            of((1, 119)),
            of((1, 119), (2, 140), (3, 140)),
            of((2, 140)),
            id="0.9 a standard raised in the middle of the year",
        ),
        pytest.param(
            of((1, 119)),
            of((1, 140), (2, 0), (3, 140)),
            of((1, 140), (2, 119), (3, 140)),
            id="a month of which the rules say nothing stays as it was",
        ),
        pytest.param(of((1, 150)), of((1, 119), (2, 119)), [], id="never lowered"),
        pytest.param(
            of((1, 119), (3, 160)),
            of((1, 140), (2, 140), (3, 140)),
            of((1, 140)),
            id="a higher amount set for later stands",
        ),
        pytest.param(
            of((1, 119), (1, 120)), of((1, 120)), [], id="of one month the last said counts"
        ),
    ],
)
def test_what_is_added(rates, owed, added):
    assert raised(rates, dict(owed)) == added


AMOUNTS = st.integers(0, 4).map(lambda n: Decimal(n * 50))
MONTHS = st.integers(0, 11).map(lambda n: shifted(FIRST, n))


@given(
    st.lists(st.tuples(MONTHS, AMOUNTS), max_size=4),
    st.dictionaries(MONTHS, AMOUNTS, max_size=12),
)
def test_each_month_is_worth_the_more_of_both_and_again_nothing_is_added(rates, owed):
    rates = [(FIRST, Decimal(50)), *sorted(rates, key=lambda rate: rate[0])]

    after = [*rates, *raised(rates, owed)]

    for month, amount in owed.items():
        assert in_force(after, month) == max(in_force(rates, month), amount)
    assert raised(after, owed) == []


@pytest.mark.parametrize(
    ("facts", "months"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"pay_months": (3, 5)}, [3, 5]),
        ({"cadence": "TERM", "period_starts": (3, 9)}, [3]),
        ({"cadence": "ONCE"}, [1]),
    ],
)
def test_the_months_that_a_programme_pays(facts, months):
    programme = Programme(code="X", name="X", **{"cadence": "MONTH"} | facts)

    found = paying_months(programme, FIRST, date(2026, 5, 1), date(2026, 8, 1))

    assert [month.month for month in found] == months
    assert paying_months(programme, date(2026, 9, 1), None, date(2026, 8, 1)) == []
