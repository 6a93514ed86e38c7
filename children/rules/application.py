"""Identification (认定): the allowed moves in one table, their clocks and the papers needed.

Source: domain reference 1.4; clocks are examples (national 15 + 15 working days, locally 10 + 5)
and given in as arguments. Nothing is posted in public.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .categories import PROTECTION_FIRST, Category
from .working_days import Clock, Pause, clock


class State(StrEnum):
    LEAD = "LEAD"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    TOWN_REVIEW = "TOWN_REVIEW"
    COUNTY_REVIEW = "COUNTY_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETURNED = "RETURNED"
    WITHDRAWN = "WITHDRAWN"


FINAL = frozenset({State.APPROVED, State.REJECTED, State.WITHDRAWN})

ENTER, CHECK, CONFIRM = "application_enter", "application_check", "application_confirm"


@dataclass(frozen=True)
class Move:
    name: str
    sources: frozenset[State]
    target: State
    permission: str  # of accounts.access.Permission
    needs_reason: bool = False
    needs_papers: bool = False  # refused while required evidence is missing

    @property
    def starts_clock(self) -> bool:
        """Whether time runs in the state it leads to; it stops with the next move."""
        return self.target in CLOCKS

    @property
    def pauses_clock(self) -> bool:
        return self.target is State.RETURNED


def _move(name: str, sources: str, target: State, permission: str, **more: bool) -> Move:
    return Move(name, frozenset(State(s) for s in sources.split()), target, permission, **more)


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        _move("SUBMIT", "LEAD", State.SUBMITTED, ENTER),
        _move("ACCEPT", "SUBMITTED", State.ACCEPTED, CHECK),
        _move("START_CHECK", "ACCEPTED", State.TOWN_REVIEW, CHECK),
        _move("PASS_CHECK", "TOWN_REVIEW", State.COUNTY_REVIEW, CHECK, needs_papers=True),
        _move("APPROVE", "COUNTY_REVIEW", State.APPROVED, CONFIRM, needs_papers=True),
        _move("REJECT", "COUNTY_REVIEW", State.REJECTED, CONFIRM, needs_reason=True),
        _move(
            "RETURN", "SUBMITTED ACCEPTED TOWN_REVIEW", State.RETURNED, CHECK, needs_reason=True
        ),
        _move("SEND_BACK", "COUNTY_REVIEW", State.RETURNED, CONFIRM, needs_reason=True),
        _move("RESUBMIT", "RETURNED", State.SUBMITTED, ENTER),
        _move(
            "WITHDRAW", "LEAD SUBMITTED ACCEPTED TOWN_REVIEW COUNTY_REVIEW RETURNED",
            State.WITHDRAWN, ENTER, needs_reason=True,
        ),
    )
}  # fmt: skip

# Working days allowed in each state; examples, to be set per county.
CLOCKS: dict[State, int] = {
    State.SUBMITTED: 3,
    State.ACCEPTED: 3,
    State.TOWN_REVIEW: 15,
    State.COUNTY_REVIEW: 15,
}


def moves_from(state: str) -> list[Move]:
    """The moves that lead from a state, in the order of the table."""
    return [move for move in MOVES.values() if state in move.sources]


def effective_month(confirmed_on: date) -> date:
    """First day of the month after confirmation: benefits of orphans and de facto children."""
    return date(confirmed_on.year + confirmed_on.month // 12, confirmed_on.month % 12 + 1, 1)


@dataclass(frozen=True)
class Paper:
    """One line of the checklist: any one of `kinds` will do."""

    kinds: frozenset[str]
    is_required: bool = True


def _paper(kinds: str, is_required: bool = True) -> Paper:
    return Paper(frozenset(kinds.split()), is_required)


_IDENTITY = _paper("CHILD_ID HOUSEHOLD_BOOK BIRTH_CERTIFICATE")
_GUARDIAN = (_paper("GUARDIAN_ID"), _paper("RELATION_PROOF HOUSEHOLD_BOOK BIRTH_CERTIFICATE"))
_COMMON = (_IDENTITY, *_GUARDIAN)
_PARENTS = (_paper("PARENT_PROOF_FATHER"), _paper("PARENT_PROOF_MOTHER"))
# For the payment that follows, not for the decision.
_ALLOWANCE = (_paper("BANK_CARD", False), _paper("ALLOWANCE_AGREEMENT", False))
_DISABILITY = _paper("DISABILITY_CERTIFICATE DIAGNOSIS")
_ILLNESS = _paper("DIAGNOSIS")
_POVERTY = _paper("LOW_INCOME_PROOF")
_UNREGISTERED = (Paper(_IDENTITY.kinds, is_required=False),)

CHECKLISTS: Mapping[str, tuple[Paper, ...]] = {
    Category.ORPHAN_INST: (_IDENTITY, *_PARENTS),  # the institution is the guardian
    Category.ORPHAN_SCAT: (*_COMMON, *_PARENTS, *_ALLOWANCE),
    Category.DE_FACTO: (*_COMMON, *_PARENTS, *_ALLOWANCE),
    Category.HIV: (*_COMMON, _ILLNESS, *_ALLOWANCE),
    Category.SEV_DISABLED: (*_COMMON, _DISABILITY),
    Category.SEV_ILL: (*_COMMON, _ILLNESS),
    Category.DISABLED: (*_COMMON, _DISABILITY),
    Category.LOWINC_DIBAO: (*_COMMON, _POVERTY),
    Category.LOWINC_EDGE: (*_COMMON, _POVERTY),
    Category.LOWINC_RIGID: (*_COMMON, _POVERTY),
    Category.POVERTY_MONITOR: (*_COMMON, _POVERTY),
    Category.TEKUN: (*_COMMON, _POVERTY),
    Category.LEFT_BEHIND: (_IDENTITY, _paper("ENTRUSTED_CARE", False)),
    # Nobody is kept waiting for a paper that the distress itself denies.
    Category.NO_HUKOU: _UNREGISTERED,
    **dict.fromkeys(PROTECTION_FIRST, _UNREGISTERED),
}


def checklist(category: str) -> tuple[Paper, ...]:
    """Papers asked for; what the offices' own data show need not be asked for again."""
    return CHECKLISTS.get(category, (_IDENTITY,))


def missing_papers(category: str, present: Iterable[str]) -> list[Paper]:
    """Required lines of the checklist that no present document fills, in their order."""
    kinds = set(present)
    return [p for p in checklist(category) if p.is_required and not p.kinds & kinds]


Step = tuple[str, date]  # state entered, day
_BEGIN_ANEW = frozenset({State.SUBMITTED, State.ACCEPTED})


def pauses(steps: Iterable[Step]) -> list[Pause]:
    """Times in RETURNED, in order; the last may be open."""
    return _spans(steps, lambda state: state == State.RETURNED)


def _outside(steps: Iterable[Step], of: State) -> list[Pause]:
    """Times outside the state `of`; the first step enters it."""
    return _spans(steps, lambda state: state != of)


def _spans(steps: Iterable[Step], is_inside: Callable[[str], bool]) -> list[Pause]:
    found: list[Pause] = []
    began_on: date | None = None
    for state, day in steps:
        if is_inside(state):
            began_on = began_on or day
        elif began_on:
            found.append((began_on, day))
            began_on = None
    return [*found, (began_on, None)] if began_on else found


def current_clock(
    steps: Iterable[Step], on: date, clocks: Mapping[State, int] = CLOCKS
) -> tuple[State, Clock] | None:
    """The state whose clock runs, or stands still while papers are awaited; None without one.

    A review goes on where it stopped when the papers come back; receipt begins anew with each
    submission. `steps` in the order of time; `clocks` in working days per state.
    """
    past = [(State(state), day) for state, day in steps if day <= on]
    running = [state for state, _ in past if state is not State.RETURNED]
    if not running or running[-1] not in clocks:
        return None
    state = running[-1]
    entries = [index for index, step in enumerate(past) if step[0] is state]
    past = past[entries[-1 if state in _BEGIN_ANEW else 0] :]
    return state, clock(past[0][1], clocks[state], on, _outside(past, state))
