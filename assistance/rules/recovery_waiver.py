"""The steps of a waiver: money paid too much that is not asked for any more."""

from enum import StrEnum


class State(StrEnum):
    ASKED = "ASKED"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"  # by who asked, or because the money came back


class Move(StrEnum):
    GRANT = "GRANT"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"


MOVES: dict[Move, State] = {
    Move.GRANT: State.GRANTED,
    Move.REFUSE: State.REFUSED,
    Move.WITHDRAW: State.WITHDRAWN,
}


def moves_of(*, asked_by_reader: bool, decides: bool) -> list[Move]:
    """What a reader may do with one that is asked for: never decide on the own one."""
    if asked_by_reader:
        return [Move.WITHDRAW]
    return [Move.GRANT, Move.REFUSE] if decides else []
