"""Identification (认定): the allowed moves in one table, their clocks and the papers needed.

Source: domain reference 1.4; clocks are examples (national 15 + 15 working days, locally 10 + 5)
and given in as arguments. Nothing is posted in public.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


ENTER, CHECK, CONFIRM = "application_enter", "application_check", "application_confirm"


@dataclass(frozen=True)
class Move:
    name: str
    sources: frozenset[State]
    target: State
    permission: str  # of accounts.access.Permission
    needs_reason: bool = False
    needs_papers: bool = False  # refused while required evidence is missing


def _move(name: str, sources: str, target: State, permission: str, **more: bool) -> Move:
    return Move(name, frozenset(State(s) for s in sources.split()), target, permission, **more)


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        _move("SUBMIT", "LEAD", State.SUBMITTED, ENTER),
        _move("ACCEPT", "SUBMITTED", State.ACCEPTED, CHECK),
        _move("START_CHECK", "ACCEPTED", State.TOWN_REVIEW, CHECK),
        _move("PASS_CHECK", "TOWN_REVIEW", State.COUNTY_REVIEW, CHECK, needs_papers=True),
        _move("APPROVE", "COUNTY_REVIEW", State.APPROVED, CONFIRM),
        _move("REJECT", "COUNTY_REVIEW", State.REJECTED, CONFIRM, needs_reason=True),
        _move(
            "RETURN", "SUBMITTED ACCEPTED TOWN_REVIEW", State.RETURNED, CHECK, needs_reason=True
        ),
        _move("SEND_BACK", "COUNTY_REVIEW", State.RETURNED, CONFIRM, needs_reason=True),
        _move("RESUBMIT", "RETURNED", State.SUBMITTED, ENTER),
        _move(
            "WITHDRAW", "LEAD SUBMITTED ACCEPTED TOWN_REVIEW RETURNED", State.WITHDRAWN, ENTER,
            needs_reason=True,
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


_COMMON = (
    _paper("CHILD_ID HOUSEHOLD_BOOK BIRTH_CERTIFICATE"),
    _paper("GUARDIAN_ID"),
    _paper("RELATION_PROOF HOUSEHOLD_BOOK BIRTH_CERTIFICATE"),
)
_PARENTS = (_paper("PARENT_PROOF_FATHER"), _paper("PARENT_PROOF_MOTHER"))
_ALLOWANCE = (_paper("BANK_CARD", False), _paper("ALLOWANCE_AGREEMENT", False))
_DISABILITY = (_paper("DISABILITY_CERTIFICATE DIAGNOSIS"),)
_POVERTY = (_paper("LOW_INCOME_PROOF"),)

CHECKLISTS: Mapping[str, tuple[Paper, ...]] = {
    "ORPHAN_INST": (*_COMMON, *_PARENTS, *_ALLOWANCE),
    "ORPHAN_SCAT": (*_COMMON, *_PARENTS, *_ALLOWANCE),
    "DE_FACTO": (*_COMMON, *_PARENTS, *_ALLOWANCE),
    "HIV": (*_COMMON, _paper("DIAGNOSIS"), *_ALLOWANCE),
    "SEV_DISABLED": (*_COMMON, *_DISABILITY),
    "SEV_ILL": (*_COMMON, _paper("DIAGNOSIS")),
    "DISABLED": (*_COMMON, *_DISABILITY),
    **{
        code: (*_COMMON, *_POVERTY)
        for code in ("LOWINC_DIBAO", "LOWINC_EDGE", "LOWINC_RIGID", "POVERTY_MONITOR", "TEKUN")
    },
}


def checklist(category: str) -> tuple[Paper, ...]:
    return CHECKLISTS.get(category, _COMMON[:1])


def missing_papers(category: str, present: Iterable[str]) -> list[Paper]:
    """Required lines of the checklist that no present document fills, in their order."""
    kinds = set(present)
    return [p for p in checklist(category) if p.is_required and not p.kinds & kinds]


def pauses(steps: Iterable[tuple[str, date]]) -> list[tuple[date, date | None]]:
    """Times in RETURNED from (state entered, day) in order; the last may be open."""
    found: list[tuple[date, date | None]] = []
    for state, day in steps:
        if found and found[-1][1] is None:
            found[-1] = (found[-1][0], day)
        if state == State.RETURNED:
            found.append((day, None))
    return found
