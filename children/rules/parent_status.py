"""The truth table of two parents: orphan, de facto unattended, to be watched. It only advises.

Source: 民发〔2019〕62号, 民发〔2020〕125号; domain reference 1.2. A person decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Status(StrEnum):
    DEAD = "DEAD"  # or declared dead
    MISSING_DECLARED = "MISSING_DECLARED"  # by a court
    SEVERE_DISABILITY = "SEVERE_DISABILITY"  # see `certificate.is_severe`
    SERIOUS_ILLNESS = "SERIOUS_ILLNESS"
    IMPRISONED = "IMPRISONED"
    COMPULSORY_REHAB = "COMPULSORY_REHAB"
    OTHER_RESTRAINT = "OTHER_RESTRAINT"
    LOST_CONTACT = "LOST_CONTACT"
    GUARDIANSHIP_REVOKED = "GUARDIANSHIP_REVOKED"
    DEPORTED = "DEPORTED"
    NONE = "NONE"
    UNKNOWN = "UNKNOWN"  # identity unknown, parent not found


class Advice(StrEnum):
    ORPHAN = "ORPHAN"
    DE_FACTO = "DE_FACTO"
    WATCH = "WATCH"  # not eligible, but a parent cannot care or may not be able to: a risk
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    INSUFFICIENT = "INSUFFICIENT"  # what is not recorded or not proved would decide


class Side(StrEnum):
    """What one parent counts as."""

    A = "A"  # dead, or declared missing
    B = "B"  # cannot perform guardianship
    NOT_FOUND = "NOT_FOUND"  # identity unknown
    NONE = "NONE"
    SHORT = "SHORT"  # of B, but not for six months
    UNPROVED = "UNPROVED"  # of A or B or not found, if it is proved
    OPEN = "OPEN"  # nothing recorded


class Why(StrEnum):
    COUNTS = "COUNTS"
    NOT_RECORDED = "NOT_RECORDED"
    TOO_SHORT = "TOO_SHORT"  # under six months; `counts_from` if it can still get there
    TERM_UNKNOWN = "TERM_UNKNOWN"  # under six months so far, and the judgment's term not recorded
    NOT_PROVED = "NOT_PROVED"
    NONE_OF_THESE = "NONE_OF_THESE"


GROUP_A = frozenset({Status.DEAD, Status.MISSING_DECLARED})
GROUP_B = frozenset(Status) - GROUP_A - {Status.NONE, Status.UNKNOWN}
# These count from six months on: a term by its length, lost contact by what has passed.
TERMS = frozenset({Status.IMPRISONED, Status.COMPULSORY_REHAB, Status.OTHER_RESTRAINT})
SIX_MONTHS = TERMS | {Status.LOST_CONTACT}
# A parent of whom one of these is known cannot answer for the child, from its first day on.
AWAY = GROUP_A | SIX_MONTHS | {Status.GUARDIANSHIP_REVOKED, Status.DEPORTED}


@dataclass(frozen=True)
class Situation:
    """One recorded situation of one parent."""

    status: str
    starts_on: date
    ends_on: date | None = None  # last day if known, e.g. of a sentence
    is_proved: bool = False  # evidence is there and somebody verified it


@dataclass(frozen=True)
class ParentReason:
    status: str  # empty when nothing is recorded for the day
    side: Side
    why: Why
    counts_from: date | None = None  # first day on which it would be six months


@dataclass(frozen=True)
class Assessment:
    advice: Advice
    father: ParentReason
    mother: ParentReason
    # One parent is not found and the other is: no line of the rule names this pair, so the
    # advice goes by what is nearest.
    is_by_analogy: bool = False


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
    """Advice for the situations that hold on `on`; the strongest of each parent counts.

    Raises ValueError for an unknown status.
    """
    his, hers = _strongest(father, on), _strongest(mother, on)
    advice = _table({his.side, hers.side})
    is_half_found = (his.side is Side.NOT_FOUND) != (hers.side is Side.NOT_FOUND)
    return Assessment(advice, his, hers, is_half_found and advice is not Advice.INSUFFICIENT)


def _table(sides: set[Side]) -> Advice:
    if sides <= {Side.A, Side.NOT_FOUND}:
        return Advice.ORPHAN
    if sides <= {Side.A, Side.B, Side.NOT_FOUND}:
        return Advice.DE_FACTO
    if sides == {Side.NONE}:
        return Advice.NOT_ELIGIBLE
    if sides & {Side.NONE, Side.SHORT}:
        # Whatever the other parent turns out to be, the child is not eligible now.
        return Advice.INSUFFICIENT if sides == {Side.NONE, Side.OPEN} else Advice.WATCH
    return Advice.INSUFFICIENT


# Of several situations at once the first of these counts: what is proved before what is not.
_STRENGTH = (Side.A, Side.NOT_FOUND, Side.B, Side.UNPROVED, Side.SHORT, Side.NONE)


def _strongest(situations: Iterable[Situation], on: date) -> ParentReason:
    current = [s for s in situations if s.starts_on <= on and (not s.ends_on or s.ends_on >= on)]
    if not current:
        return ParentReason("", Side.OPEN, Why.NOT_RECORDED)
    judged = [_judge(situation, on) for situation in current]
    return min(judged, key=lambda reason: (_STRENGTH.index(reason.side), reason.status))


def _judge(situation: Situation, on: date) -> ParentReason:
    status = Status(situation.status)
    if status is Status.NONE:
        return ParentReason(status, Side.NONE, Why.NONE_OF_THESE)
    if status in SIX_MONTHS and (short := _too_short(status, situation, on)):
        return short
    if not situation.is_proved:
        return ParentReason(status, Side.UNPROVED, Why.NOT_PROVED)
    if status is Status.UNKNOWN:
        return ParentReason(status, Side.NOT_FOUND, Why.COUNTS)
    return ParentReason(status, Side.A if status in GROUP_A else Side.B, Why.COUNTS)


def _too_short(status: Status, situation: Situation, on: date) -> ParentReason | None:
    """Why it does not count yet; None when it is of six months.

    A sentence of 1 January to 30 June is of six months, and counts from its first day.
    """
    enough = months_later(situation.starts_on, 6)
    if on >= enough:
        return None
    if status is Status.LOST_CONTACT:
        can_get_there = situation.ends_on is None or situation.ends_on >= enough
        return ParentReason(status, Side.SHORT, Why.TOO_SHORT, enough if can_get_there else None)
    if situation.ends_on is None:
        return ParentReason(status, Side.UNPROVED, Why.TERM_UNKNOWN, enough)
    if situation.ends_on + timedelta(days=1) >= enough:
        return None
    return ParentReason(status, Side.SHORT, Why.TOO_SHORT)
