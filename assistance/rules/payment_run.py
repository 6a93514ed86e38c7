"""The steps of a payment run and of its lines. Domain reference 3.2."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from .months import month_of, shifted


class RunState(StrEnum):
    DRAFT = "DRAFT"
    CHECKED = "CHECKED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    PARTLY_PAID = "PARTLY_PAID"
    PAID = "PAID"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class RunMove(StrEnum):
    CHECK = "CHECK"
    RETURN = "RETURN"
    APPROVE = "APPROVE"
    CLOSE = "CLOSE"
    CANCEL = "CANCEL"


MOVES: dict[tuple[RunState, RunMove], RunState] = {
    (RunState.DRAFT, RunMove.CHECK): RunState.CHECKED,
    (RunState.CHECKED, RunMove.RETURN): RunState.DRAFT,
    (RunState.CHECKED, RunMove.APPROVE): RunState.APPROVED,
    (RunState.APPROVED, RunMove.RETURN): RunState.DRAFT,  # as long as the bank has no file
    (RunState.APPROVED, RunMove.CLOSE): RunState.CLOSED,  # one with nothing for the bank
    (RunState.PARTLY_PAID, RunMove.CLOSE): RunState.CLOSED,
    (RunState.PAID, RunMove.CLOSE): RunState.CLOSED,
    (RunState.DRAFT, RunMove.CANCEL): RunState.CANCELLED,
}
# Its lines are still being put together; a month and place has one such run at a time.
OPEN = (RunState.DRAFT, RunState.CHECKED, RunState.APPROVED)


def may_be_run(month: date, today: date) -> bool:
    """This month or the next: a run pays every month up to its own."""
    return month <= shifted(month_of(today), 1)


def moves_from(state: str) -> list[RunMove]:
    return [move for (before, move) in MOVES if before == state]


class LineKind(StrEnum):
    REGULAR = "REGULAR"  # the run's own month
    ARREARS = "ARREARS"  # a month for which too little was reckoned
    REISSUE = "REISSUE"  # in place of a line that failed or was held
    RECOVERY = "RECOVERY"  # a month for which too much was paid; below zero


class LineState(StrEnum):
    PENDING = "PENDING"
    PAID = "PAID"
    FAILED = "FAILED"
    HELD = "HELD"
    REISSUED = "REISSUED"
    CANCELLED = "CANCELLED"
    RECOVERED = "RECOVERED"
    WAIVED = "WAIVED"  # too much was paid, and it is not asked for again


# Another line stands in their place, or none is needed: they count no more.
VOID = (LineState.REISSUED, LineState.CANCELLED)


def settled(states: set[str]) -> RunState | None:
    """What a run that was sent has become, by the states of what was sent; None while all wait."""
    if not states - {LineState.PAID, *VOID}:
        return RunState.PAID
    return None if states == {LineState.PENDING} else RunState.PARTLY_PAID


class Outcome(StrEnum):
    """What became of a month."""

    NOTHING = "NOTHING"
    MISSING = "MISSING"  # failed or held: somebody must act
    ON_ITS_WAY = "ON_ITS_WAY"
    LATE = "LATE"
    IN_TIME = "IN_TIME"


def outcome(lines: Collection[tuple[str, bool]]) -> Outcome:
    """By state of each line of the month that stands, recoveries aside, and whether it was late."""
    states = {state for state, _is_late in lines}
    if not states:
        return Outcome.NOTHING
    if states & {LineState.FAILED, LineState.HELD}:
        return Outcome.MISSING
    if LineState.PENDING in states:
        return Outcome.ON_ITS_WAY
    return Outcome.LATE if any(is_late for _state, is_late in lines) else Outcome.IN_TIME


class HeldReason(StrEnum):
    SUSPENDED = "SUSPENDED"  # the entitlement is held
    NO_ACCOUNT = "NO_ACCOUNT"  # no account in use


class Failure(StrEnum):
    """Why the bank returned a line. Domain reference 3.2, examples."""

    CLOSED = "CLOSED"
    NAME = "NAME"
    DORMANT = "DORMANT"
    NUMBER = "NUMBER"
    ID_EXPIRED = "ID_EXPIRED"
    ACCOUNT_TYPE = "ACCOUNT_TYPE"
    LIMIT = "LIMIT"
    BANK_SYSTEM = "BANK_SYSTEM"
    FINANCE = "FINANCE"
    OTHER = "OTHER"


# Not the family's: the same account is tried again without anybody's work.
OF_THE_BANK = (Failure.LIMIT, Failure.BANK_SYSTEM, Failure.FINANCE)
