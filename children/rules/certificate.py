"""Disability certificates: what is severe, what is assessed at which age, when one runs out.

Source: domain reference 2.1.
"""

from collections.abc import Iterable
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
