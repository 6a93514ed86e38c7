"""The steps of a finding: what a check found, who looks, what it proves to be."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    NEW = "NEW"
    ASSIGNED = "ASSIGNED"
    VISITED = "VISITED"
    CONFIRMED = "CONFIRMED"
    DISMISSED = "DISMISSED"
    ACTED = "ACTED"
    CLOSED = "CLOSED"


OPEN = (State.NEW, State.ASSIGNED, State.VISITED, State.CONFIRMED, State.ACTED)
DONE = (State.DISMISSED, State.CLOSED)
WORK, DECIDE = "finding_work", "finding_decide"


@dataclass(frozen=True)
class Move:
    name: str
    sources: tuple[State, ...]
    target: State
    permission: str  # of accounts.access.Permission
    needs_words: bool = True


_LOOKED_AT = (State.NEW, State.ASSIGNED, State.VISITED)
MOVES = {
    move.name: move
    for move in (
        Move("ASSIGN", (State.NEW, State.ASSIGNED), State.ASSIGNED, DECIDE, needs_words=False),
        Move("VISIT", (State.NEW, State.ASSIGNED), State.VISITED, WORK),
        Move("CONFIRM", _LOOKED_AT, State.CONFIRMED, DECIDE),
        Move("DISMISS", (*_LOOKED_AT, State.CONFIRMED), State.DISMISSED, DECIDE),
        Move("ACT", (State.CONFIRMED,), State.ACTED, WORK),
        Move("CLOSE", (State.ACTED,), State.CLOSED, DECIDE),
        # Put right before anybody came to it: the check finds it no more.
        Move("SETTLE", (*_LOOKED_AT, State.CONFIRMED), State.CLOSED, DECIDE),
    )
}


def fits(move: Move, state: str, *, needs_visit: bool, is_cleared: bool) -> bool:
    """Whether the step may be taken now. What calls for a visit is confirmed by one alone."""
    if state not in move.sources:
        return False
    if move.name == "CONFIRM" and needs_visit:
        return state == State.VISITED
    return is_cleared if move.name == "SETTLE" else True


def moves_from(state: str, *, needs_visit: bool, is_cleared: bool) -> list[Move]:
    return [
        move for move in MOVES.values()
        if fits(move, state, needs_visit=needs_visit, is_cleared=is_cleared)
    ]  # fmt: skip
