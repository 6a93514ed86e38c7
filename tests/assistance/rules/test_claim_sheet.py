"""Rows of an institution's list of claims, judged with plans, room and each other."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from assistance.rules.claim_sheet import (
    ClaimPlan,
    ClaimRow,
    Line,
    Refusal,
    Slot,
    find_plans,
    within,
)
from assistance.rules.rehabilitation import Room

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
PLAN = ClaimPlan(
    id=1, child_id=7, institution_id=1, institution="晨光康复中心（总部）", kind="AUTISM",
    starts_on=date(2026, 1, 10), ends_on=date(2026, 12, 31), county="330127",
)  # fmt: skip
SPEECH = replace(PLAN, id=2, kind="SPEECH")
NAMES = ["晨光康复中心（总部）", "旧名"]
SLOT = Slot(Room(attended=3, sessions=5, money=D(500), month_money=D(400)))


def row(sessions=2, amount=200, *, month=MARCH, child=7, place="晨光康复中心(总部)", kind=""):
    return ClaimRow(child, place, kind, month, D(str(sessions)), D(str(amount)))


def found(*rows, plans=(PLAN,)):
    return [one.refusal or one.plan.id for one in find_plans(rows, plans, NAMES)]


def told(*rows, **slots):
    """Answers of rows of `PLAN`; the slots of March and April."""
    of = {(1, MARCH): slots.get("march", SLOT), (1, APRIL): slots.get("april", SLOT)}
    verdicts = within(rows, find_plans(rows, [PLAN], NAMES), of)
    return [one.refusal or ("same" if one.is_entered else "in") for one in verdicts]


@pytest.mark.parametrize(
    ("one", "plans", "answer"),
    [
        (row(), [PLAN], 1),
        (row(kind="AUTISM"), [PLAN, SPEECH], 1),
        (row(), [PLAN, SPEECH], Refusal.PLAN_AMBIGUOUS),
        (row(child=None), [PLAN], Refusal.CHILD_UNKNOWN),
        (row(child=8), [PLAN], Refusal.NO_PLAN),
        (row(kind="HEARING"), [PLAN], Refusal.NO_PLAN),
        (row(place="黑机构"), [PLAN], Refusal.INSTITUTION_UNKNOWN),
        (row(place="旧名"), [PLAN], Refusal.NO_PLAN),
        (row(), [replace(PLAN, starts_on=date(2026, 3, 31))], 1),
        (row(), [replace(PLAN, starts_on=APRIL)], Refusal.OUTSIDE_PLAN),
        (row(), [replace(PLAN, ends_on=MARCH)], 1),
        (row(), [replace(PLAN, ends_on=date(2026, 2, 28))], Refusal.OUTSIDE_PLAN),
        (row(0), [PLAN], Refusal.CLAIM_COUNT),
        (row(1.5), [PLAN], Refusal.CLAIM_COUNT),
        (row(1001), [PLAN], Refusal.CLAIM_COUNT),
        (row(amount="1.005"), [PLAN], Refusal.CLAIM_AMOUNT),
        (row(amount=10**7), [PLAN], Refusal.CLAIM_AMOUNT),
    ],
)
def test_which_plan_a_row_is_of(one, plans, answer):
    assert found(one, plans=plans) == [answer]


def test_a_plan_is_claimed_once_a_month_in_a_list():
    assert found(row(), row(kind="AUTISM"), row(month=APRIL)) == [1, Refusal.DUPLICATE_IN_FILE, 1]


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (row(3, 400), "in"),
        (row(4, 400), Refusal.NOT_SIGNED),
        (row(3, "400.01"), Refusal.BEYOND_MONTH),
        (row(3, "500.01"), Refusal.NO_MONEY_LEFT),
        (row(1, 0), "in"),
    ],
)
def test_no_more_than_may_be_granted(one, answer):
    assert told(one) == [answer]


def test_sessions_and_money_of_the_plan_run_out_over_the_months_of_a_list():
    assert told(row(3, 300, month=APRIL), row(3, 300)) == [Refusal.BEYOND_PLAN, "in"]
    assert told(row(2, 300, month=APRIL), row(3, 300)) == [Refusal.NO_MONEY_LEFT, "in"]
    assert told(row(2, 200, month=APRIL), row(3, 300)) == ["in", "in"]


def test_what_a_draft_proposed_itself_is_not_counted_twice():
    """April's room was reckoned with the two sessions that March's draft proposes."""
    march = replace(SLOT, line=Line(2, D(200), 2, D(200), False))
    april = replace(SLOT, room=replace(SLOT.room, sessions=3, money=D(300)))

    assert told(row(2, 200), row(3, 300, month=APRIL), march=march, april=april) == ["in", "in"]
    assert told(row(3, 200), row(3, 300, month=APRIL), march=march, april=april) == [
        "in", Refusal.BEYOND_PLAN,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("slot", "answer"),
    [
        (replace(SLOT, line=Line(2, D(200), 2, D(200), True)), "same"),
        (replace(SLOT, line=Line(3, D(300), 3, D(300), True)), Refusal.CLAIM_TYPED),
        (replace(SLOT, line=Line(2, D(200), 2, D(200), False)), "in"),
        (replace(SLOT, line=Line(2, D(200), 2, D(200), False), is_checked=True), "same"),
        (replace(SLOT, line=Line(3, D(300), 3, D(300), False), is_checked=True),
         Refusal.CLAIM_CHECKED),
        (replace(SLOT, is_checked=True), Refusal.CLAIM_CHECKED),
    ],
)  # fmt: skip
def test_a_claim_that_has_begun(slot, answer):
    assert told(row(), march=slot) == [answer]
