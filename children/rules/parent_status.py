"""The truth table of two parents: orphan, de facto unattended, to be watched. It only advises.

Source: 民发〔2019〕62号, 民发〔2020〕125号; domain reference 1.2. A person decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Advice(StrEnum):
    ORPHAN = "ORPHAN"
    DE_FACTO = "DE_FACTO"
    WATCH = "WATCH"  # one parent cannot care: not eligible, but a risk
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    INSUFFICIENT = "INSUFFICIENT"  # something is not recorded or not proved


class Side(StrEnum):
    """What one parent counts as."""

    A = "A"  # dead, or declared missing
    B = "B"  # cannot perform guardianship
    NOT_FOUND = "NOT_FOUND"  # identity unknown
    NONE = "NONE"
    OPEN = "OPEN"  # not recorded, too short or not yet proved


class Why(StrEnum):
    COUNTS = "COUNTS"
    NOT_RECORDED = "NOT_RECORDED"
    TOO_SHORT = "TOO_SHORT"  # less than six months so far
    NOT_PROVED = "NOT_PROVED"
    NONE_OF_THESE = "NONE_OF_THESE"


GROUP_A = frozenset({"DEAD", "MISSING_DECLARED"})
GROUP_B = frozenset(
    {
        "SEVERE_DISABILITY",
        "SERIOUS_ILLNESS",
        "IMPRISONED",
        "COMPULSORY_REHAB",
        "OTHER_RESTRAINT",
        "LOST_CONTACT",
        "GUARDIANSHIP_REVOKED",
        "DEPORTED",
    }
)
# These count from six months on. 民发〔2019〕62号; the term of a sentence counts from its start.
SIX_MONTHS = frozenset({"IMPRISONED", "COMPULSORY_REHAB", "OTHER_RESTRAINT", "LOST_CONTACT"})


@dataclass(frozen=True)
class Situation:
    """One recorded situation of one parent on the day of the question."""

    status: str
    starts_on: date
    ends_on: date | None = None  # last day if known, e.g. of a sentence
    is_proved: bool = True


@dataclass(frozen=True)
class ParentReason:
    status: str  # empty when nothing is recorded
    side: Side
    why: Why


@dataclass(frozen=True)
class Assessment:
    advice: Advice
    father: ParentReason
    mother: ParentReason


def months_later(day: date, months: int) -> date:
    """The same day `months` later; the last of the month where that does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def assess(father: Iterable[Situation], mother: Iterable[Situation], on: date) -> Assessment:
    """Advice for the situations that hold on `on`; the strongest of each parent counts."""
    his, hers = _strongest(father, on), _strongest(mother, on)
    return Assessment(_table(his.side, hers.side), his, hers)


def _table(father: Side, mother: Side) -> Advice:
    sides = {father, mother}
    if sides == {Side.A} or sides == {Side.NOT_FOUND} or sides == {Side.A, Side.NOT_FOUND}:
        return Advice.ORPHAN
    if Side.OPEN in sides:
        return Advice.INSUFFICIENT
    if Side.NONE not in sides:
        return Advice.DE_FACTO
    return Advice.NOT_ELIGIBLE if sides == {Side.NONE} else Advice.WATCH


_STRENGTH = (Side.A, Side.NOT_FOUND, Side.B, Side.OPEN, Side.NONE)


def _strongest(situations: Iterable[Situation], on: date) -> ParentReason:
    current = [s for s in situations if s.starts_on <= on and (not s.ends_on or s.ends_on >= on)]
    if not current:
        return ParentReason("", Side.OPEN, Why.NOT_RECORDED)
    judged = [_judge(situation, on) for situation in current]
    return min(judged, key=lambda reason: (_STRENGTH.index(reason.side), reason.status))


def _judge(situation: Situation, on: date) -> ParentReason:
    status = situation.status
    if status == "NONE":
        return ParentReason(status, Side.NONE, Why.NONE_OF_THESE)
    if not situation.is_proved:
        return ParentReason(status, Side.OPEN, Why.NOT_PROVED)
    if status == "UNKNOWN":
        return ParentReason(status, Side.NOT_FOUND, Why.COUNTS)
    if status in GROUP_A:
        return ParentReason(status, Side.A, Why.COUNTS)
    if status in SIX_MONTHS and not _lasts_six_months(situation, on):
        return ParentReason(status, Side.OPEN, Why.TOO_SHORT)
    return ParentReason(status, Side.B, Why.COUNTS)


def _lasts_six_months(situation: Situation, on: date) -> bool:
    """Lost contact must have lasted; a sentence counts by its term, known or so far."""
    enough = months_later(situation.starts_on, 6)
    if situation.status == "LOST_CONTACT" or situation.ends_on is None:
        return on >= enough
    return situation.ends_on.toordinal() + 1 >= enough.toordinal()
