"""All changes of a filter decided at once: the way of such a batch, and what becomes of each."""

from enum import StrEnum


class BatchState(StrEnum):
    ASKED = "ASKED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class Outcome(StrEnum):
    """Of one change. Empty is one that is still to be decided."""

    WAITING = ""
    DONE = "DONE"
    STALE = "STALE"  # the file has changed since the list came
    TWO_SAY = "TWO_SAY"  # of one fact of a file the batch holds two changes
    UNTOLD = "UNTOLD"  # nothing says which of two certificates is the newer one
    DECIDED = "DECIDED"  # by somebody else meanwhile
    GONE = "GONE"  # taken back with its list, or the file is another one, or kept by others
    NOT_YOURS = "NOT_YOURS"  # the posting has ended
    BROKEN = "BROKEN"  # the database refuses it


S = BatchState
NEXT: dict[BatchState, tuple[BatchState, ...]] = {
    S.ASKED: (S.RUNNING, S.CANCELLED),
    S.RUNNING: (S.DONE, S.CANCELLED, S.FAILED),
    S.FAILED: (S.RUNNING, S.CANCELLED),
    S.DONE: (),
    S.CANCELLED: (),
}
# What a person looks at one by one, by the page of the change.
TO_LOOK_AT = (Outcome.STALE, Outcome.TWO_SAY, Outcome.UNTOLD, Outcome.BROKEN)
HOURS_TO_CONFIRM = 24  # what was told by then may be another story


def may_follow(state: str, following: BatchState) -> bool:
    return following in NEXT[BatchState(state)]
