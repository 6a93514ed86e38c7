"""The truth table of domain reference 1.2, every cell, and what proof and duration change."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules.parent_status import (
    Advice,
    ParentReason,
    Side,
    Situation,
    Status,
    Why,
    assess,
    months_later,
)

ON = date(2026, 11, 23)
LONG_AGO = date(2020, 1, 1)

# Written out, so that a status moved to another group fails here.
GROUPS = {
    "A": ["DEAD", "MISSING_DECLARED"],
    "B": [
        "SEVERE_DISABILITY",
        "SERIOUS_ILLNESS",
        "IMPRISONED",
        "COMPULSORY_REHAB",
        "OTHER_RESTRAINT",
        "LOST_CONTACT",
        "GUARDIANSHIP_REVOKED",
        "DEPORTED",
    ],
    "N": ["NONE"],
    "U": ["UNKNOWN"],
}
# Father down, mother across. Those with U and another are by analogy.
TABLE = {
    ("A", "A"): "ORPHAN",
    ("A", "B"): "DE_FACTO",
    ("A", "N"): "WATCH",
    ("A", "U"): "ORPHAN",
    ("B", "A"): "DE_FACTO",
    ("B", "B"): "DE_FACTO",
    ("B", "N"): "WATCH",
    ("B", "U"): "DE_FACTO",
    ("N", "A"): "WATCH",
    ("N", "B"): "WATCH",
    ("N", "N"): "NOT_ELIGIBLE",
    ("N", "U"): "WATCH",
    ("U", "A"): "ORPHAN",
    ("U", "B"): "DE_FACTO",
    ("U", "N"): "WATCH",
    ("U", "U"): "ORPHAN",
}
CELLS = [
    pytest.param(father, mother, advice, id=f"{father}-{mother}")
    for (row, column), advice in TABLE.items()
    for father in GROUPS[row]
    for mother in GROUPS[column]
]


def proved(status, starts_on=LONG_AGO, ends_on=None):
    return Situation(status, starts_on, ends_on, is_proved=True)


def advice(father, mother):
    return assess(father, mother, ON).advice


def test_the_table_has_every_pair_of_statuses():
    assert len(CELLS) == len(Status) ** 2
    assert {status for group in GROUPS.values() for status in group} == set(Status)


@pytest.mark.parametrize(("father", "mother", "expected"), CELLS)
def test_cell(father, mother, expected):
    found = assess([proved(father)], [proved(mother)], ON)

    assert found.advice == expected
    assert (found.father.status, found.mother.status) == (father, mother)
    assert found.is_by_analogy == ((father == "UNKNOWN") != (mother == "UNKNOWN"))


# What one parent may be besides: nothing recorded, recorded without proof, too short.
OPEN: list = []
UNPROVED = [Situation("DEAD", LONG_AGO)]
SHORT = [proved("LOST_CONTACT", ON - timedelta(days=30))]
A, B, N, U = ([proved(s)] for s in ("DEAD", "SERIOUS_ILLNESS", "NONE", "UNKNOWN"))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(OPEN, OPEN, "INSUFFICIENT", id="nothing is recorded"),
        pytest.param(OPEN, A, "INSUFFICIENT", id="the other may be anything, A"),
        pytest.param(OPEN, B, "INSUFFICIENT", id="the other may be anything, B"),
        pytest.param(OPEN, U, "INSUFFICIENT", id="the other may be anything, U"),
        pytest.param(OPEN, UNPROVED, "INSUFFICIENT", id="one open, one unproved"),
        pytest.param(OPEN, N, "INSUFFICIENT", id="not eligible, but is it a risk?"),
        pytest.param(OPEN, SHORT, "WATCH", id="one is away already"),
        pytest.param(UNPROVED, UNPROVED, "INSUFFICIENT", id="both unproved"),
        pytest.param(UNPROVED, A, "INSUFFICIENT", id="proof would make an orphan"),
        pytest.param(UNPROVED, B, "INSUFFICIENT", id="proof would make de facto"),
        pytest.param(UNPROVED, U, "INSUFFICIENT", id="proof would make an orphan, U"),
        pytest.param(UNPROVED, N, "WATCH", id="proof would not make the child eligible"),
        pytest.param(UNPROVED, SHORT, "WATCH", id="not eligible now, proved or not"),
        pytest.param(SHORT, SHORT, "WATCH", id="both short"),
        pytest.param(SHORT, A, "WATCH", id="not for six months, A"),
        pytest.param(SHORT, B, "WATCH", id="not for six months, B"),
        pytest.param(SHORT, U, "WATCH", id="not for six months, U"),
        pytest.param(SHORT, N, "WATCH", id="not for six months, N"),
    ],
)
def test_what_is_open_decides_only_where_it_could_make_the_child_eligible(one, other, expected):
    assert advice(one, other) == expected
    assert advice(other, one) == expected


@pytest.mark.parametrize(
    ("starts_on", "advised"),
    [(date(2026, 5, 24), "WATCH"), (date(2026, 5, 23), "DE_FACTO")],
)
def test_lost_contact_counts_after_six_months(starts_on, advised):
    found = assess([proved("LOST_CONTACT", starts_on)], A, ON)

    assert found.advice == advised


def test_too_short_says_from_when_it_would_count():
    found = assess([proved("LOST_CONTACT", date(2026, 8, 31))], A, ON)

    assert found.father == ParentReason(
        Status.LOST_CONTACT, Side.SHORT, Why.TOO_SHORT, date(2027, 2, 28)
    )


def test_contact_known_to_return_never_counts():
    found = assess([proved("LOST_CONTACT", date(2026, 10, 1), date(2026, 12, 1))], A, ON)

    assert found.father.counts_from is None


@pytest.mark.parametrize("status", ["IMPRISONED", "COMPULSORY_REHAB", "OTHER_RESTRAINT"])
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "advised", "why"),
    [
        pytest.param(date(2026, 11, 1), date(2027, 4, 30), "DE_FACTO", "COUNTS", id="six months"),
        pytest.param(date(2026, 11, 1), date(2027, 4, 29), "WATCH", "TOO_SHORT", id="a day less"),
        pytest.param(date(2026, 11, 1), None, "INSUFFICIENT", "TERM_UNKNOWN", id="term unknown"),
        pytest.param(date(2026, 5, 23), None, "DE_FACTO", "COUNTS", id="six months passed"),
        pytest.param(date(2026, 5, 24), None, "INSUFFICIENT", "TERM_UNKNOWN", id="not yet passed"),
    ],
)
def test_a_term_counts_by_its_length_from_the_first_day(status, starts_on, ends_on, advised, why):
    found = assess([proved(status, starts_on, ends_on)], A, ON)

    assert (found.advice, found.father.why) == (advised, why)


def test_a_long_term_without_proof_is_not_proved():
    found = assess([Situation("IMPRISONED", LONG_AGO, date(2030, 1, 1))], A, ON)

    assert (found.advice, found.father.why) == ("INSUFFICIENT", "NOT_PROVED")


@pytest.mark.parametrize(
    "status", ["DEAD", "MISSING_DECLARED", "SEVERE_DISABILITY", "SERIOUS_ILLNESS",
               "GUARDIANSHIP_REVOKED", "DEPORTED", "UNKNOWN"],
)  # fmt: skip
def test_the_others_count_from_the_first_day_when_proved(status):
    assert assess([proved(status, ON)], A, ON).father.why is Why.COUNTS
    assert assess([Situation(status, ON)], A, ON).father.why is Why.NOT_PROVED


def test_none_of_these_needs_no_proof():
    assert advice([Situation("NONE", LONG_AGO)], [Situation("NONE", LONG_AGO)]) == "NOT_ELIGIBLE"


@pytest.mark.parametrize(
    ("situations", "side"),
    [
        pytest.param([*B, *A], Side.A, id="ill, then dead"),
        pytest.param([*N, *B], Side.B, id="contradicted"),
        pytest.param([*UNPROVED, *B], Side.B, id="proved before unproved"),
        pytest.param([*SHORT, *UNPROVED], Side.UNPROVED, id="a proof is awaited"),
        pytest.param([*N, *SHORT], Side.SHORT, id="short before none"),
        pytest.param([*SHORT, *B], Side.B, id="long before short"),
    ],
)
def test_of_several_situations_the_strongest_counts(situations, side):
    assert assess(situations, N, ON).father.side is side
    assert assess(situations[::-1], N, ON).father.side is side


def test_only_what_holds_on_the_day_counts():
    over = [proved("IMPRISONED", LONG_AGO, ON - timedelta(days=1))]
    last_day = [proved("IMPRISONED", LONG_AGO, ON)]
    to_come = [proved("DEPORTED", ON + timedelta(days=1))]

    assert assess(over, A, ON).father.why is Why.NOT_RECORDED
    assert assess(last_day, A, ON).father.why is Why.COUNTS
    assert assess(to_come, A, ON).father.why is Why.NOT_RECORDED


def test_analogy_is_spoken_of_only_where_there_is_advice():
    assert not assess(U, OPEN, ON).is_by_analogy


def test_an_unknown_status_is_refused_rather_than_counted():
    with pytest.raises(ValueError, match="BUSY"):
        assess([proved("BUSY")], N, ON)


DAY = st.dates(date(2000, 1, 1), date(2040, 1, 1))
SITUATIONS = st.lists(
    st.builds(Situation, st.sampled_from(Status), DAY, st.none() | DAY, st.booleans()), max_size=4
)


@given(father=SITUATIONS, mother=SITUATIONS, on=DAY)
def test_parents_are_equal_before_the_table(father, mother, on):
    one, other = assess(father, mother, on), assess(mother, father, on)

    assert one.advice == other.advice
    assert (one.father, one.mother) == (other.mother, other.father)


@given(father=SITUATIONS, mother=SITUATIONS, on=DAY)
def test_no_child_is_found_eligible_on_what_nobody_proved(father, mother, on):
    found = assess(father, mother, on)

    if found.advice in (Advice.ORPHAN, Advice.DE_FACTO):
        assert found.father.why is found.mother.why is Why.COUNTS
        for reason, situations in ((found.father, father), (found.mother, mother)):
            assert any(s.is_proved and s.status == reason.status for s in situations)


@given(day=DAY, months=st.integers(0, 30))
def test_months_later_keeps_the_day_or_ends_with_the_month(day, months):
    later = months_later(day, months)

    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    is_last_of_month = (later + timedelta(days=1)).day == 1
    assert later.day == day.day or (later.day < day.day and is_last_of_month)
