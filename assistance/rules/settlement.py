"""The steps of a settlement with a school: paid, or taken back by two persons."""

from enum import StrEnum


class State(StrEnum):
    SETTLED = "SETTLED"
    ASKED = "ASKED"  # to be taken back; nothing is paid meanwhile
    TAKEN_BACK = "TAKEN_BACK"


class Money(StrEnum):
    """What became of what was paid, when a settlement is taken back."""

    CAME_BACK = "CAME_BACK"
    NEVER_PAID = "NEVER_PAID"  # the payment was recorded in error


class Move(StrEnum):
    PAY = "PAY"
    ASK = "ASK"
    TAKE_BACK = "TAKE_BACK"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"  # by who asked


def moves_of(
    state: str, *, is_paid: bool, settled_by_reader: bool, asked_by_reader: bool
) -> list[Move]:
    """What a reader who decides may do: never alone both parts of what moves money."""
    if state == State.SETTLED:
        pays = [] if is_paid or settled_by_reader else [Move.PAY]
        return [*pays, Move.ASK]
    if state == State.ASKED:
        return [Move.WITHDRAW] if asked_by_reader else [Move.TAKE_BACK, Move.REFUSE]
    return []
