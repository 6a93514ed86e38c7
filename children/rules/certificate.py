"""Disability certificates: what is severe, what is assessed at which age, when one runs out.

Source: domain reference 2.1.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

HEARING, SPEECH, INTELLECTUAL, MENTAL = 2, 3, 5, 6
EXPIRY_WARNING = timedelta(days=90)


class Warning(StrEnum):
    HEARING_GRADE_FOR_AGE = "HEARING_GRADE_FOR_AGE"
    SPEECH_TOO_YOUNG = "SPEECH_TOO_YOUNG"
    MENTAL_TOO_YOUNG = "MENTAL_TOO_YOUNG"


@dataclass(frozen=True)
class Certificate:
    kind: int
    grade: int
    expires_on: date | None


def is_severe(kind: int, grade: int) -> bool:
    """Grade 1–2 of any kind, 3–4 of intellectual and mental disability."""
    return grade <= 2 or kind in (INTELLECTUAL, MENTAL)


def age_warnings(kind: int, grade: int, age_at_issue: int) -> list[Warning]:
    """What is unusual for the age in completed years; a warning, never a refusal."""
    found = []
    if kind == HEARING and grade > (2 if age_at_issue < 2 else 3 if age_at_issue < 4 else 4):
        found.append(Warning.HEARING_GRADE_FOR_AGE)
    if kind == SPEECH and age_at_issue < 3:
        found.append(Warning.SPEECH_TOO_YOUNG)
    if kind == MENTAL and age_at_issue < 2:
        found.append(Warning.MENTAL_TOO_YOUNG)
    return found


def is_expired(expires_on: date | None, on: date) -> bool:
    """The last day still counts."""
    return expires_on is not None and expires_on < on


def expires_soon(expires_on: date | None, on: date) -> bool:
    return expires_on is not None and on <= expires_on <= on + EXPIRY_WARNING
