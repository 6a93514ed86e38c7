"""The steps of an entitlement: who is paid what from which month to which, and who says so."""

from enum import StrEnum


class State(StrEnum):
    PROPOSED = "PROPOSED"
    REFUSED = "REFUSED"
    RUNNING = "RUNNING"
    HELD = "HELD"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"


# Neither refused nor cancelled, and not ended: it takes its months.
OPEN = (State.PROPOSED.value, State.RUNNING.value, State.HELD.value)


class Move(StrEnum):
    CONFIRM = "CONFIRM"
    REFUSE = "REFUSE"
    HOLD = "HOLD"
    RESUME = "RESUME"
    END = "END"
    CANCEL = "CANCEL"  # not one month of it was owed: what was paid is asked back


MOVES: dict[tuple[State, Move], State] = {
    (State.PROPOSED, Move.CONFIRM): State.RUNNING,
    (State.PROPOSED, Move.REFUSE): State.REFUSED,
    (State.RUNNING, Move.HOLD): State.HELD,
    (State.HELD, Move.RESUME): State.RUNNING,
    (State.RUNNING, Move.END): State.ENDED,
    (State.HELD, Move.END): State.ENDED,
    (State.RUNNING, Move.CANCEL): State.CANCELLED,
    (State.HELD, Move.CANCEL): State.CANCELLED,
    # What is learnt after the end: it should have come earlier, or nothing was ever owed.
    (State.ENDED, Move.END): State.ENDED,
    (State.ENDED, Move.CANCEL): State.CANCELLED,
}
# What a month is owed by: once confirmed, whatever became of it later.
OWING = (State.RUNNING, State.HELD, State.ENDED)
# What takes a month for itself: no second entitlement to the programme beside it.
TAKING = (State.PROPOSED, *OWING)


def moves_from(state: str) -> list[Move]:
    return [move for (before, move) in MOVES if before == state]


def after(state: str, move: str) -> State | None:
    """None when the move does not fit."""
    return MOVES.get((State(state), Move(move)))
