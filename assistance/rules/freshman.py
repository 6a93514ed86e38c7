"""The freshman subsidy: paid once before the journey, and proved by the arrival or given back."""

from datetime import date, timedelta
from enum import StrEnum

# Completed years. A child enters school at six (Compulsory Education Law art. 11) and leaves the
# twelfth grade at eighteen; nobody has gained more than three years on the way.
YOUNGEST = 15


class State(StrEnum):
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"
    CONFIRMED = "CONFIRMED"
    ARRIVED = "ARRIVED"
    RECOVERED = "RECOVERED"


class Move(StrEnum):
    CONFIRM = "CONFIRM"
    REFUSE = "REFUSE"
    ARRIVE = "ARRIVE"
    RECOVER = "RECOVER"


MOVES: dict[tuple[State, Move], State] = {
    (State.APPLIED, Move.CONFIRM): State.CONFIRMED,
    (State.APPLIED, Move.REFUSE): State.REFUSED,
    (State.CONFIRMED, Move.ARRIVE): State.ARRIVED,
    (State.CONFIRMED, Move.RECOVER): State.RECOVERED,
}


def after(state: str, move: str) -> State | None:
    """None when the move does not fit."""
    return MOVES.get((State(state), Move(move)))


def moves_from(state: str, today: date, due_on: date) -> list[Move]:
    """What is recovered is recovered only when the days of the proof are over."""
    found = [move for (before, move) in MOVES if before == state]
    return found if today > due_on else [move for move in found if move != Move.RECOVER]


def may_be_freshman(age: int) -> bool:
    """Whether the subsidy is worth asking about at all; the rules in force decide."""
    return age >= YOUNGEST


def proof_due_on(registers_on: date, days: int) -> date:
    """Last day for the proof of arrival; domain 4.1: 7 days after registration."""
    return registers_on + timedelta(days=days)
