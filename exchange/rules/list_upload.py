"""The way of a list that was sent: what may follow on what."""

from enum import StrEnum


class UploadState(StrEnum):
    SENT = "SENT"
    READ = "READ"
    CHECKING = "CHECKING"
    CHECKED = "CHECKED"
    TAKING_IN = "TAKING_IN"
    TAKEN_IN = "TAKEN_IN"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"
    UNREADABLE = "UNREADABLE"
    CANCELLED = "CANCELLED"


S = UploadState
BUSY = (S.SENT, S.CHECKING, S.TAKING_IN, S.UNDOING)  # the background works on it
NEXT: dict[UploadState, tuple[UploadState, ...]] = {
    S.SENT: (S.READ, S.UNREADABLE, S.CANCELLED),
    S.READ: (S.SENT, S.CHECKING, S.CANCELLED),
    S.CHECKING: (S.CHECKED, S.UNREADABLE, S.CANCELLED),
    S.CHECKED: (S.SENT, S.CHECKING, S.TAKING_IN, S.CANCELLED),
    S.TAKING_IN: (S.TAKEN_IN, S.UNREADABLE, S.CANCELLED),
    S.TAKEN_IN: (S.UNDOING,),
    S.UNDOING: (S.UNDONE, S.TAKEN_IN),  # back, where it failed
    S.UNDONE: (),
    S.UNREADABLE: (S.SENT, S.CANCELLED),
    S.CANCELLED: (),
}


def may_follow(state: str, following: UploadState) -> bool:
    return following in NEXT[UploadState(state)]


def is_busy(state: str) -> bool:
    return state in BUSY


# A department takes its list back until the county takes it in: from then on it is the county's.
WITHDRAWN_FROM = (S.SENT, S.READ, S.CHECKING, S.CHECKED, S.UNREADABLE)
UNFINISHED = [S.SENT, S.READ, S.CHECKING, S.CHECKED, S.TAKING_IN, S.UNDOING, S.UNREADABLE]
