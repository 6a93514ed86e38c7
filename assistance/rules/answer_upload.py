"""The way of a bank's answer that was sent in: what may follow on what, what can be wrong."""

from enum import StrEnum


class AnswerState(StrEnum):
    SENT = "SENT"
    TAKEN_IN = "TAKEN_IN"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"


class Trouble(StrEnum):
    """Of a whole file; the words are in `assistance.bank_words`."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    NO_SHEET = "NO_SHEET"
    PASSWORD = "PASSWORD"
    MACRO = "MACRO"
    BOMB = "BOMB"
    NO_HEADINGS = "NO_HEADINGS"
    NO_ROWS = "NO_ROWS"
    HIDDEN_SHEET = "HIDDEN_SHEET"
    SEVERAL_SHEETS = "SEVERAL_SHEETS"
    OTHER_RUN = "OTHER_RUN"  # not one row is of this run
    RUN_MOVED_ON = "RUN_MOVED_ON"
    MISSING = "MISSING"
    FAILED = "FAILED"


NEXT: dict[AnswerState, tuple[AnswerState, ...]] = {
    AnswerState.SENT: (AnswerState.TAKEN_IN, AnswerState.REFUSED, AnswerState.CANCELLED),
    AnswerState.TAKEN_IN: (),
    AnswerState.REFUSED: (),
    AnswerState.CANCELLED: (),
}


def may_follow(state: str, following: AnswerState) -> bool:
    return following in NEXT[AnswerState(state)]
