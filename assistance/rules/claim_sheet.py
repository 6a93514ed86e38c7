"""An institution's list of what it asks for: which plan each row is of, or why it stays out.

Says of a whole list what the form cuts down and the database refuses. That a session counts on the
day alone on which the child was young enough, and at one institution, sessions keep: no more of
them are claimed than stand. Domain reference 2.3.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .plan_of_row import Plans, Unplanned, repeated
from .rehabilitation import Cut, Room, granted

MOST_SESSIONS = 1000
MOST_MONEY = Decimal("9999999.99")
CENT = Decimal("0.01")


class Refusal(StrEnum):
    """The first five as `plan_of_row` tells them."""

    CHILD_UNKNOWN = Unplanned.CHILD_UNKNOWN.value
    INSTITUTION_UNKNOWN = Unplanned.INSTITUTION_UNKNOWN.value
    NO_PLAN = Unplanned.NO_PLAN.value
    OUTSIDE_PLAN = Unplanned.OUTSIDE_PLAN.value
    PLAN_AMBIGUOUS = Unplanned.PLAN_AMBIGUOUS.value
    DUPLICATE_IN_FILE = "DUPLICATE_IN_FILE"
    CLAIM_COUNT = "CLAIM_COUNT"  # no whole number of sessions
    CLAIM_AMOUNT = "CLAIM_AMOUNT"  # no amount of yuan and fen
    CLAIM_CHECKED = "CLAIM_CHECKED"  # the claim of this month has been checked
    CLAIM_TYPED = "CLAIM_TYPED"  # it holds other figures, typed or of another list
    NOT_SIGNED = "NOT_SIGNED"
    BEYOND_PLAN = "BEYOND_PLAN"
    NO_MONEY_LEFT = "NO_MONEY_LEFT"
    BEYOND_MONTH = "BEYOND_MONTH"


R = Refusal
_CUTS = {
    Cut.SESSIONS: R.NOT_SIGNED, Cut.QUOTA: R.BEYOND_PLAN, Cut.MONEY: R.NO_MONEY_LEFT,
    Cut.MONTH: R.BEYOND_MONTH,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """`child_id` is None where nobody is meant without doubt; `kind` empty where none is said.

    `month` is a first day.
    """

    child_id: int | None
    institution: str
    kind: str
    month: date
    sessions: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ClaimPlan:
    """`county` keeps the child's file."""

    id: int
    child_id: int
    institution_id: int
    institution: str
    kind: str
    starts_on: date
    ends_on: date
    county: str

    def runs_in(self, month: date) -> bool:
        last = month.replace(day=monthrange(month.year, month.month)[1])
        return self.starts_on <= last and self.ends_on >= month


@dataclass(frozen=True, slots=True)
class Line:
    """Of the month's draft, as it stands."""

    asked: int
    asked_amount: Decimal
    granted: int
    granted_amount: Decimal
    is_by_hand: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A plan in a month: its room beside all other claims, and the claim that the row goes into."""

    room: Room
    is_checked: bool = False
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`plan` is None where it is refused; `is_entered`: the draft says the same already."""

    plan: ClaimPlan | None = None
    refusal: Refusal | None = None
    other: int | None = None
    limit: str = ""
    is_entered: bool = False


def find_plans(
    rows: Sequence[ClaimRow], plans: Collection[ClaimPlan], institutions: Collection[str]
) -> list[Verdict]:
    """In the order of the rows. `institutions`: every name ever designated."""
    known = Plans(plans, institutions)
    found = [_plan_of(row, known) for row in rows]
    months = (
        None if one.plan is None else (one.plan.id, row.month)
        for one, row in zip(found, rows, strict=True)
    )  # fmt: skip
    for index, other in repeated(months).items():
        found[index] = Verdict(refusal=R.DUPLICATE_IN_FILE, other=other)
    return found


def _plan_of(row: ClaimRow, known: Plans[ClaimPlan]) -> Verdict:
    if row.sessions != int(row.sessions) or not 1 <= row.sessions <= MOST_SESSIONS:
        return Verdict(refusal=R.CLAIM_COUNT)
    if not 0 <= row.amount <= MOST_MONEY or row.amount != row.amount.quantize(CENT):
        return Verdict(refusal=R.CLAIM_AMOUNT)
    plan = known.of(row, lambda plan: plan.runs_in(row.month))
    return Verdict(refusal=R(plan)) if isinstance(plan, Unplanned) else Verdict(plan)


def within(
    rows: Sequence[ClaimRow], found: Sequence[Verdict], slots: Mapping[tuple[int, date], Slot]
) -> list[Verdict]:
    """What goes beyond a plan, a month or what was signed for stays out; earlier months first."""
    told = list(found)
    spent: dict[int, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for index in sorted(range(len(rows)), key=lambda each: (rows[each].month, each)):
        plan = found[index].plan
        if plan is None:
            continue
        row, slot = rows[index], slots[plan.id, rows[index].month]
        sessions, amount = spent[plan.id]
        room = replace(
            slot.room, sessions=slot.room.sessions - sessions, money=slot.room.money - amount
        )
        told[index] = _one(row, plan, replace(slot, room=room))
        if told[index].refusal is None and not told[index].is_entered:
            line = slot.line or Line(0, Decimal(0), 0, Decimal(0), False)
            spent[plan.id] = (
                sessions + int(row.sessions) - line.granted,
                amount + row.amount - line.granted_amount,
            )
    return told


def _one(row: ClaimRow, plan: ClaimPlan, slot: Slot) -> Verdict:
    line, asked = slot.line, int(row.sessions)
    is_same = line is not None and (line.asked, line.asked_amount) == (asked, row.amount)
    if is_same and line is not None and (line.is_by_hand or slot.is_checked):
        return Verdict(plan, is_entered=True)
    if slot.is_checked:
        return Verdict(refusal=R.CLAIM_CHECKED)
    if line is not None and line.is_by_hand:
        return Verdict(refusal=R.CLAIM_TYPED)
    cuts = granted(asked, row.amount, slot.room)[2]
    if not cuts:
        return Verdict(plan)
    limits: dict[Cut, int | Decimal] = {
        Cut.SESSIONS: slot.room.attended, Cut.QUOTA: slot.room.sessions,
        Cut.MONEY: slot.room.money, Cut.MONTH: slot.room.month_money or Decimal(0),
    }  # fmt: skip
    return Verdict(refusal=_CUTS[cuts[0]], limit=str(max(limits[cuts[0]], 0)))
