"""Disability certificates: what is severe, what is assessed at which age, when one runs out, which
of two is the newer one.

Source: domain reference 2.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Kind(IntEnum):
    """The digit in the number. Autism counts as mental."""

    VISUAL = 1
    HEARING = 2
    SPEECH = 3
    PHYSICAL = 4
    INTELLECTUAL = 5
    MENTAL = 6
    MULTIPLE = 7


class AgeWarning(StrEnum):
    """What is unusual for the age at which the certificate was issued."""

    HEARING_GRADE_FOR_AGE = "HEARING_GRADE_FOR_AGE"
    SPEECH_TOO_YOUNG = "SPEECH_TOO_YOUNG"
    MENTAL_TOO_YOUNG = "MENTAL_TOO_YOUNG"


class Status(StrEnum):
    """Of those a certificate can have: what the rules below give and ask."""

    VALID = "VALID"
    EXPIRED = "EXPIRED"
    FROZEN = "FROZEN"
    CANCELLED = "CANCELLED"
    MOVED = "MOVED"
    LOST_REISSUED = "LOST_REISSUED"


class Standing(StrEnum):
    """What a certificate is beside those that a file holds."""

    FIRST = "FIRST"  # none of them is valid
    RENEWED = "RENEWED"  # one of them, with days that lead further
    NEWER = "NEWER"  # than the valid one, which it replaces
    UNTOLD = "UNTOLD"  # nothing says which is newer; it replaces the valid one
    ENDED = "ENDED"  # the valid one, which does not hold any more
    RESTORED = "RESTORED"  # one of them that was not valid, and is said to hold again
    PAST = "PAST"  # it does not hold any more, or is older than the valid one, which stays
    KNOWN = "KNOWN"  # one of them, and nothing new


@dataclass(frozen=True)
class Paper:
    number: str
    issued_on: date | None = None
    expires_on: date | None = None  # last valid day
    status: str = Status.VALID
    is_told: bool = False  # somebody says the status, by a word


# What ends the certificate that is said to be so. «Issued again» may be said of the new one.
ENDS = (Status.EXPIRED, Status.FROZEN, Status.CANCELLED, Status.MOVED)
EXPIRY_WINDOWS = (30, 60, 90)  # days; the widest is M05 of the domain reference
SPEECH_FROM, MENTAL_FROM = 3, 2  # completed years; one place has 3 for mental


def is_severe(kind: int, grade: int) -> bool:
    """Grade 1–2 of any kind, 3–4 of intellectual and mental disability."""
    return grade <= 2 or kind in (Kind.INTELLECTUAL, Kind.MENTAL)


def mildest_hearing_grade(age: int) -> int:
    """At 0–1 only grades 1–2 are given, at 2–3 grades 1–3, from 4 on all."""
    if age < 2:
        return 2
    return 3 if age < 4 else 4


def age_warnings(kind: int, grade: int, age_at_issue: int) -> list[AgeWarning]:
    """What is unusual for the age in completed years; a warning, never a refusal."""
    found = []
    if kind == Kind.HEARING and grade > mildest_hearing_grade(age_at_issue):
        found.append(AgeWarning.HEARING_GRADE_FOR_AGE)
    if kind == Kind.SPEECH and age_at_issue < SPEECH_FROM:
        found.append(AgeWarning.SPEECH_TOO_YOUNG)
    if kind == Kind.MENTAL and age_at_issue < MENTAL_FROM:
        found.append(AgeWarning.MENTAL_TOO_YOUNG)
    return found


def is_expired(expires_on: date | None, on: date) -> bool:
    """The last day still counts; a certificate without one does not expire."""
    return expires_on is not None and expires_on < on


def expiry_window(
    expires_on: date | None, on: date, windows: Iterable[int] = EXPIRY_WINDOWS
) -> int | None:
    """The narrowest window in days that the last day lies in; None when later, expired or open."""
    if expires_on is None or is_expired(expires_on, on):
        return None
    left = (expires_on - on).days
    return min((days for days in windows if left <= days), default=None)


def expires_soon(expires_on: date | None, on: date) -> bool:
    """Within the widest window and not expired yet."""
    return expiry_window(expires_on, on) is not None


def standing(new: Paper, held: Iterable[Paper], on: date) -> Standing:
    """`held`: all of the child, of which one with a number is valid at most."""
    held = list(held)
    same = next((paper for paper in held if paper.number == new.number), None)
    valid = valid_beside(new, held)
    holds = new.status == Status.VALID and not is_expired(new.expires_on, on)
    if same is not None:
        return _of_same(new, same, valid, on, holds)
    if not holds:
        return Standing.PAST
    return Standing.FIRST if valid is None else _beside(new, valid, on)


def _of_same(new: Paper, same: Paper, valid: Paper | None, on: date, holds: bool) -> Standing:
    if same.status == Status.VALID and _ends(new, same, on):
        return Standing.ENDED
    if holds and _leads_further(new, same):
        is_older = valid is not None and _beside(new, valid, on) == Standing.PAST
        return Standing.KNOWN if is_older else Standing.RENEWED
    is_over = is_expired(new.expires_on or same.expires_on, on)
    if holds and new.is_told and same.status != Status.VALID and valid is None and not is_over:
        return Standing.RESTORED
    return Standing.KNOWN


def _ends(new: Paper, same: Paper, on: date) -> bool:
    """By its word, or by the last day that the file lacks. An earlier last day alone does not: a
    list may be older than the renewal. What has run out by the file ends no more by running out.
    """
    if new.status in ENDS:
        return new.status != Status.EXPIRED or not is_expired(same.expires_on, on)
    said = new.expires_on if new.status == Status.VALID else None
    return same.expires_on is None and is_expired(said, on)


def ended_by(new: Paper, same: Paper, on: date) -> Paper:
    """What the valid certificate becomes of which a list says that it holds no more."""
    status = new.status if new.status in ENDS else Status.EXPIRED
    expires = same.expires_on
    last = new.expires_on if is_expired(new.expires_on, on) else None
    if status == Status.EXPIRED and last and (same.issued_on is None or last >= same.issued_on):
        expires = last
    return Paper(same.number, same.issued_on, expires, status)


def not_valid_from(paper: Paper, since: date, on: date) -> date | None:
    """First day on which one that was valid until now holds no more: none of one that holds, or
    ran out on its own last day."""
    if paper.status == Status.VALID:
        return None
    if paper.status == Status.EXPIRED and is_expired(paper.expires_on, on):
        return None
    return since


def replaced_from(old: Paper, new: Paper, on: date) -> date:
    """From when on the new one stands in place of the old: the day it was issued, where that is
    no first day of issue."""
    issued = new.issued_on
    if issued is None or issued > on or (old.issued_on and issued <= old.issued_on):
        return on
    return issued


def valid_beside(new: Paper, held: Iterable[Paper]) -> Paper | None:
    """The valid one of another number."""
    others = (paper for paper in held if paper.number and paper.number != new.number)
    return next((paper for paper in others if paper.status == Status.VALID), None)


def ended_as(old: Paper, new: Paper, on: date) -> Status:
    """What an old certificate becomes when a newer one takes its place: lost when the new number
    says that it was issued again, run out, or else cancelled, as one that was assessed anew is."""
    if _is_reissue(new, old):
        return Status.LOST_REISSUED
    return Status.EXPIRED if is_expired(old.expires_on, on) else Status.CANCELLED


def _beside(new: Paper, valid: Paper, on: date) -> Standing:
    if is_expired(valid.expires_on, on) or _is_reissue(new, valid):
        return Standing.NEWER
    if _is_reissue(valid, new):
        return Standing.PAST
    days = ((new.issued_on, valid.issued_on), (new.expires_on, valid.expires_on))
    later = {one > other for one, other in days if one and other and one != other}
    if len(later) != 1:  # lists that tell the first day of issue contradict the last day
        return Standing.UNTOLD
    return Standing.NEWER if later.pop() else Standing.PAST


def _is_reissue(new: Paper, old: Paper) -> bool:
    """The same number with B1 … B9, or with a higher one."""
    return new.number[:20] == old.number[:20] and new.number[20:] > old.number[20:]


def _leads_further(new: Paper, same: Paper) -> bool:
    """A later day, or one that the file lacks; of one that is not valid only a later one."""
    if new.expires_on and same.expires_on and new.expires_on < same.expires_on:
        return False
    days = ((new.issued_on, same.issued_on), (new.expires_on, same.expires_on))
    is_valid = same.status == Status.VALID
    return any(one and (one > other if other else is_valid) for one, other in days)
