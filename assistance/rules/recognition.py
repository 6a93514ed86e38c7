"""Recognition of poor students: tiers, grounds, and the steps from proposal to decision.

教财〔2018〕16号: once a school year, adjusted by the term; the school proposes, education decides.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from .codes import Tier
from .facts import Spell

HIGHEST_FIRST = (Tier.SPECIAL, Tier.MEDIUM, Tier.GENERAL)


class Ground(StrEnum):
    """The special groups of domain 4.2 that the register can tell."""

    ORPHAN = "ORPHAN"
    DE_FACTO = "DE_FACTO"
    DISABLED = "DISABLED"
    PARENT_DISABLED = "PARENT_DISABLED"
    DESTITUTE = "DESTITUTE"
    DIBAO = "DIBAO"
    NEAR_THRESHOLD = "NEAR_THRESHOLD"
    RIGID_EXPENDITURE = "RIGID_EXPENDITURE"
    POVERTY_MONITORED = "POVERTY_MONITORED"
    SERIOUS_ILLNESS = "SERIOUS_ILLNESS"
    OTHER = "OTHER"


class State(StrEnum):
    PROPOSED = "PROPOSED"
    CONFIRMED = "CONFIRMED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"  # an objection was right
    LAPSED = "LAPSED"  # proposed, and the facts went before anybody decided


class Move(StrEnum):
    CONFIRM = "CONFIRM"
    REFUSE = "REFUSE"
    OBJECT = "OBJECT"
    KEEP = "KEEP"  # answers an objection
    WITHDRAW = "WITHDRAW"
    ADJUST = "ADJUST"  # takes the tier that later facts propose, from a term on


MOVES: dict[tuple[State, Move], State] = {
    (State.PROPOSED, Move.CONFIRM): State.CONFIRMED,
    (State.PROPOSED, Move.REFUSE): State.REFUSED,
    (State.CONFIRMED, Move.OBJECT): State.CONFIRMED,
    (State.REFUSED, Move.OBJECT): State.REFUSED,
    (State.CONFIRMED, Move.KEEP): State.CONFIRMED,
    (State.REFUSED, Move.KEEP): State.REFUSED,
    (State.CONFIRMED, Move.WITHDRAW): State.WITHDRAWN,
    (State.REFUSED, Move.CONFIRM): State.CONFIRMED,
    (State.CONFIRMED, Move.ADJUST): State.CONFIRMED,
}
WITH_REASON = (Move.REFUSE, Move.OBJECT, Move.KEEP, Move.WITHDRAW)


def moves_from(state: str, *, is_objected: bool, is_to_adjust: bool) -> list[Move]:
    """A refusal is changed, and an objection answered, only where somebody objected."""
    found = [move for (before, move) in MOVES if before == state]
    if is_objected:
        found = [move for move in found if move != Move.OBJECT]
    else:
        found = [m for m in found if m != Move.KEEP and (state, m) != ("REFUSED", Move.CONFIRM)]
    return found if is_to_adjust else [move for move in found if move != Move.ADJUST]


def after(state: str, move: str) -> State | None:
    """None when the move does not fit."""
    return MOVES.get((State(state), Move(move)))


def highest(tiers: Iterable[str]) -> Tier | None:
    there = set(tiers)
    return next((tier for tier in HIGHEST_FIRST if tier in there), None)


def spells(tier: str, first: date, last: date, before: str, adjusted: date | None) -> list[Spell]:
    """What a confirmed recognition of the school year `first`–`last` says, day by day."""
    if adjusted is None or not before:
        return [Spell(tier, first, last)]
    return [Spell(before, first, adjusted - timedelta(days=1)), Spell(tier, adjusted, last)]
