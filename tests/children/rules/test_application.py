from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules.application import (
    CHECKLISTS,
    CLOCKS,
    FINAL,
    MOVES,
    State,
    checklist,
    current_clock,
    effective_month,
    missing_papers,
    moves_from,
    pauses,
)
from children.rules.categories import PROTECTION_FIRST, Category

MON, TUE, WED, THU, FRI = (date(2026, 11, 16) + timedelta(days=n) for n in range(5))
NEXT_MON, NEXT_TUE, NEXT_WED = (date(2026, 11, 23) + timedelta(days=n) for n in range(3))
DE_FACTO_PAPERS = {
    "HOUSEHOLD_BOOK",
    "GUARDIAN_ID",
    "PARENT_PROOF_FATHER",
    "PARENT_PROOF_MOTHER",
}


class TestMoves:
    @pytest.mark.parametrize(
        ("state", "moves"),
        [
            ("LEAD", "SUBMIT WITHDRAW"),
            ("SUBMITTED", "ACCEPT RETURN WITHDRAW"),
            ("ACCEPTED", "START_CHECK RETURN WITHDRAW"),
            ("TOWN_REVIEW", "PASS_CHECK RETURN WITHDRAW"),
            ("COUNTY_REVIEW", "APPROVE REJECT SEND_BACK WITHDRAW"),
            ("RETURNED", "RESUBMIT WITHDRAW"),
            ("APPROVED", ""),
            ("REJECTED", ""),
            ("WITHDRAWN", ""),
        ],
    )
    def test_from_each_state(self, state, moves):
        assert [move.name for move in moves_from(state)] == moves.split()

    @pytest.mark.parametrize(
        ("move", "target", "permission"),
        [
            ("SUBMIT", "SUBMITTED", "application_enter"),
            ("ACCEPT", "ACCEPTED", "application_check"),
            ("START_CHECK", "TOWN_REVIEW", "application_check"),
            ("PASS_CHECK", "COUNTY_REVIEW", "application_check"),
            ("APPROVE", "APPROVED", "application_confirm"),
            ("REJECT", "REJECTED", "application_confirm"),
            ("RETURN", "RETURNED", "application_check"),
            ("SEND_BACK", "RETURNED", "application_confirm"),
            ("RESUBMIT", "SUBMITTED", "application_enter"),
            ("WITHDRAW", "WITHDRAWN", "application_enter"),
        ],
    )
    def test_each_leads_to_its_state_and_belongs_to_somebody(self, move, target, permission):
        assert (MOVES[move].target, MOVES[move].permission) == (target, permission)

    def test_the_table_above_is_whole(self):
        assert len(MOVES) == 10

    def test_a_refusal_a_return_and_a_withdrawal_need_their_reason(self):
        assert {name for name, move in MOVES.items() if move.needs_reason} == {
            "REJECT",
            "RETURN",
            "SEND_BACK",
            "WITHDRAW",
        }

    def test_nothing_is_passed_on_or_approved_with_papers_missing(self):
        assert {n for n, m in MOVES.items() if m.needs_papers} == {"PASS_CHECK", "APPROVE"}

    def test_only_the_county_decides(self):
        deciding = {m.permission for m in MOVES.values() if m.target in FINAL - {"WITHDRAWN"}}

        assert deciding == {"application_confirm"}

    def test_no_way_leads_round_the_township(self):
        """Every way to the county's desk passes the township's check."""
        assert [m.name for m in MOVES.values() if m.target is State.COUNTY_REVIEW] == ["PASS_CHECK"]
        assert MOVES["PASS_CHECK"].sources == {State.TOWN_REVIEW}

    def test_every_state_can_be_reached_and_left_unless_it_is_the_end(self):
        reached = {move.target for move in MOVES.values()} | {State.LEAD}

        assert reached == set(State)
        assert {state for state in State if not moves_from(state)} == FINAL

    def test_clocks_start_and_stop(self):
        assert {m.name for m in MOVES.values() if m.starts_clock} == {
            "SUBMIT",
            "RESUBMIT",
            "ACCEPT",
            "START_CHECK",
            "PASS_CHECK",
        }
        assert {m.name for m in MOVES.values() if m.pauses_clock} == {"RETURN", "SEND_BACK"}


@pytest.mark.parametrize(
    ("confirmed_on", "month"),
    [
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2024, 2, 29), date(2024, 3, 1)),
    ],
)
def test_a_benefit_begins_with_the_month_after_confirmation(confirmed_on, month):
    assert effective_month(confirmed_on) == month


class TestPapers:
    def test_de_facto_needs_a_proof_of_each_parent(self):
        assert missing_papers("DE_FACTO", DE_FACTO_PAPERS) == []
        for paper in ("PARENT_PROOF_FATHER", "PARENT_PROOF_MOTHER", "GUARDIAN_ID"):
            missing = missing_papers("DE_FACTO", DE_FACTO_PAPERS - {paper})
            assert [line.kinds for line in missing] == [{paper}]

    def test_one_paper_may_show_two_things(self):
        """The household book shows the child and the relation; the ID card the child alone."""
        without_book = DE_FACTO_PAPERS - {"HOUSEHOLD_BOOK"} | {"CHILD_ID"}

        (missing,) = missing_papers("DE_FACTO", without_book)

        assert missing.kinds == {"RELATION_PROOF", "HOUSEHOLD_BOOK", "BIRTH_CERTIFICATE"}

    @pytest.mark.parametrize("paper", ["DISABILITY_CERTIFICATE", "DIAGNOSIS"])
    def test_a_diagnosis_stands_in_for_the_certificate(self, paper):
        assert missing_papers("SEV_DISABLED", {"HOUSEHOLD_BOOK", "GUARDIAN_ID", paper}) == []

    def test_what_the_payment_needs_does_not_hold_up_the_decision(self):
        optional = {kind for p in checklist("DE_FACTO") if not p.is_required for kind in p.kinds}

        assert optional == {"BANK_CARD", "ALLOWANCE_AGREEMENT"}

    @pytest.mark.parametrize("category", sorted({*PROTECTION_FIRST, Category.NO_HUKOU}))
    def test_a_child_in_danger_or_without_registration_waits_for_no_paper(self, category):
        assert missing_papers(category, []) == []

    @pytest.mark.parametrize(
        "category", sorted(set(Category) - PROTECTION_FIRST - {Category.NO_HUKOU})
    )
    def test_all_others_show_who_the_child_is(self, category):
        assert missing_papers(category, [])[0].kinds >= {"CHILD_ID", "BIRTH_CERTIFICATE"}

    def test_an_institution_shows_no_guardian(self):
        assert all("GUARDIAN_ID" not in paper.kinds for paper in checklist("ORPHAN_INST"))

    def test_lists_are_of_known_categories(self):
        assert set(CHECKLISTS) <= set(Category)


class TestCurrentClock:
    WAY = (("LEAD", MON), ("SUBMITTED", MON), ("ACCEPTED", TUE), ("TOWN_REVIEW", WED))

    @pytest.mark.parametrize(
        ("count", "state", "used", "due_on"),
        [
            (2, "SUBMITTED", 4, THU),
            (3, "ACCEPTED", 3, FRI),
            (4, "TOWN_REVIEW", 2, date(2026, 12, 9)),
        ],
    )
    def test_is_that_of_the_state(self, count, state, used, due_on):
        found, clock = current_clock(self.WAY[:count], FRI)

        assert (found, clock.used, clock.due_on) == (state, used, due_on)
        assert clock.allowed == CLOCKS[found]

    @pytest.mark.parametrize(
        "steps", [(), WAY[:1], (*WAY, ("COUNTY_REVIEW", WED), ("APPROVED", THU)),
                  (*WAY, ("WITHDRAWN", THU))],
    )  # fmt: skip
    def test_none_runs_before_and_after(self, steps):
        assert current_clock(steps, FRI) is None

    def test_stands_still_while_papers_are_awaited(self):
        state, clock = current_clock((*self.WAY, ("RETURNED", THU)), NEXT_WED)

        assert (state, clock.used, clock.is_paused) == ("TOWN_REVIEW", 1, True)

    def test_of_a_review_goes_on_where_it_stopped(self):
        again = (
            ("RETURNED", THU),
            ("SUBMITTED", FRI),
            ("ACCEPTED", FRI),
            ("TOWN_REVIEW", NEXT_MON),
        )

        state, clock = current_clock((*self.WAY, *again), NEXT_WED, {State.TOWN_REVIEW: 3})

        assert state == "TOWN_REVIEW"
        assert (clock.used, clock.due_on) == (3, NEXT_WED)  # Thursday, Tuesday, Wednesday

    def test_of_receipt_begins_anew_with_each_submission(self):
        steps = (("SUBMITTED", MON), ("RETURNED", THU), ("SUBMITTED", NEXT_MON))

        _, clock = current_clock(steps, NEXT_TUE)

        assert clock.used == 1

    def test_is_told_as_it_stood_on_the_day(self):
        assert current_clock(self.WAY, TUE)[0] == "ACCEPTED"

    def test_allowances_are_the_countys(self):
        _, clock = current_clock(self.WAY, FRI, {State.TOWN_REVIEW: 1})

        assert clock.days_over == 1


def test_pauses_are_the_times_returned():
    steps = [("SUBMITTED", MON), ("RETURNED", TUE), ("SUBMITTED", WED), ("RETURNED", FRI)]

    assert pauses(steps) == [(TUE, WED), (FRI, None)]


@given(data=st.data())
def test_any_way_through_the_table_has_at_most_one_clock(data):
    """A walk along allowed moves; wherever it stops, the clock is that of the state or none."""
    state, day = State.LEAD, MON
    steps = [(state.value, day)]
    for _ in range(data.draw(st.integers(0, 15))):
        if state in FINAL:
            break
        state = data.draw(st.sampled_from(moves_from(state))).target
        day += timedelta(days=data.draw(st.integers(0, 9)))
        steps.append((state.value, day))

    found = current_clock(steps, day + timedelta(days=data.draw(st.integers(0, 30))))

    if state in CLOCKS:
        assert found is not None
        assert found[0] is state
        assert not found[1].is_paused
    elif state is State.RETURNED:
        assert found is not None
        assert found[1].is_paused
    else:
        assert found is None
