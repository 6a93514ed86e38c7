"""In which ledger of dropout control a child stands, and why: from values alone.

Sources: Compulsory Education Law, art. 11 (age, deferral), 13, 14; Law on the Protection of
Minors, art. 28 (schools register and persuade); Regulation on the Education of Persons with
Disabilities, art. 17 (the ladder of places); thresholds are norms of the county. The set-based
twin is `schools.models.ledger_refresh`; a test holds the two together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from children.rules import ages

# Places of the ladder, home and distance teaching with a school roll included. A rehabilitation
# institution teaches no lessons: a child there still needs one of them.
PLACED = frozenset({
    "ORDINARY", "SUPPORTED", "SPECIAL_CLASS", "SPECIAL_SCHOOL", "HOME_TEACHING", "DISTANCE",
})  # fmt: skip
GONE = frozenset({"DIED", "EMIGRATED"})  # no school here waits for them
LEFT = frozenset({"DROPPED_OUT", "NOT_FOUND"})
NOT_TAKEN_IN_AFTER = 2  # on the second school day: the first is the day of registering
TAUGHT_AT_HOME = frozenset({"HOME_TEACHING", "DISTANCE"})  # no attendance to miss


@dataclass(frozen=True)
class Place:
    """The child's row on a roll today."""

    stage: str
    status: str
    placement: str
    starts_on: date


@dataclass(frozen=True)
class Departure:
    """The newest row that has ended; `ended_on` is the first day away."""

    reason: str
    ended_on: date


@dataclass(frozen=True)
class Situation:
    birth_date: date
    place: Place | None = None
    departure: Departure | None = None
    has_finished: bool = False  # graduated from junior secondary, or was beyond it
    is_excused: bool = False  # an approved lawful reason is in force today
    absent_since: date | None = None  # first day missed without leave, still away
    # First day at the next school, which has not taken the child in; today's row is the old one.
    sent_on_for: date | None = None
    refused_on: date | None = None  # newest persuasion ended in a refusal, on this day
    is_disabled: bool = False  # certificate not cancelled, or a diagnosis


@dataclass(frozen=True)
class Calendar:
    """The school year's first day, and the school days up to today, the newest last."""

    year_starts_on: date
    school_days: Sequence[date]
    today: date

    def days_ago(self, days: int) -> date:
        """The first of the last `days` school days: who is away since then missed that many."""
        return self.school_days[-days] if len(self.school_days) >= days else date.min


@dataclass(frozen=True)
class Line:
    ledger: str
    cause: str
    since: date


def is_of_school_age(birth_date: date, year_starts_on: date, norms: Mapping[str, int]) -> bool:
    """By completed years on the school year's first day, both ends included."""
    if birth_date > year_starts_on:
        return False
    age = ages.completed_years(birth_date, year_starts_on)
    return norms["SCHOOL_AGE_FROM"] <= age <= norms["SCHOOL_AGE_TO"]


def assess(situation: Situation, calendar: Calendar, norms: Mapping[str, int]) -> list[Line]:
    """At most one line of the three ledgers, and beside it the finding UNPLACED."""
    if _owes_nothing(situation, calendar, norms):
        return []
    lines = [_control(situation, calendar, norms), _unplaced(situation, calendar, norms)]
    return [line for line in lines if line is not None]


def _owes_nothing(situation: Situation, calendar: Calendar, norms: Mapping[str, int]) -> bool:
    departure = situation.departure
    is_gone = situation.place is None and departure is not None and departure.reason in GONE
    return (
        situation.has_finished
        or situation.is_excused
        or is_gone
        or not is_of_school_age(situation.birth_date, calendar.year_starts_on, norms)
    )


def _control(situation: Situation, calendar: Calendar, norms: Mapping[str, int]) -> Line | None:
    line = _on_the_roll(situation, calendar, norms) or _off_the_roll(situation, calendar, norms)
    refused = situation.refused_on
    if line and line.ledger != "DROPOUT" and refused is not None and refused >= line.since:
        return Line("DROPOUT", "REFUSED", line.since)
    return line


def _on_the_roll(situation: Situation, calendar: Calendar, norms: Mapping[str, int]) -> Line | None:
    place, away = situation.place, situation.absent_since
    if place is None or place.stage == "PRESCHOOL":
        return None
    if place.status == "SUSPENDED":
        return Line("SUSPECTED", "NOT_APPROVED", place.starts_on)
    if place.placement in TAUGHT_AT_HOME:
        away = None
    if away is not None and away <= calendar.days_ago(norms["DROPOUT_AFTER_DAYS"]):
        return Line("DROPOUT", "ABSENT", away)
    day = situation.sent_on_for
    if day is not None and day <= calendar.days_ago(NOT_TAKEN_IN_AFTER):
        return Line("SUSPECTED", "NOT_ACCEPTED", day)
    if away is not None and away <= calendar.days_ago(norms["SUSPECTED_AFTER_DAYS"]):
        return Line("SUSPECTED", "ABSENT", away)
    return None


def _off_the_roll(
    situation: Situation, calendar: Calendar, norms: Mapping[str, int]
) -> Line | None:
    place, departure = situation.place, situation.departure
    if place is not None and place.stage != "PRESCHOOL":
        return None
    if place is None and departure is not None and departure.reason in LEFT:
        return Line("DROPOUT", "DROPPED_OUT", departure.ended_on)
    since = _owed_since(situation, calendar, norms)
    if since > calendar.days_ago(norms["ROLL_AFTER_DAYS"]):
        return None
    if place is not None:
        return Line("NO_ROLL", "PRESCHOOL", since)
    return Line("NO_ROLL", "NOT_ARRIVED" if departure else "NEVER_ENROLLED", since)


def duty_starts_on(birth_date: date, calendar: Calendar, norms: Mapping[str, int]) -> date:
    """The first school year's first day on which the child was of school age."""
    years = norms["SCHOOL_AGE_FROM"]
    start = ages.birthday_in(calendar.year_starts_on, birth_date.year + years)
    if ages.reaches_on(birth_date, years) > start:
        return ages.birthday_in(calendar.year_starts_on, birth_date.year + years + 1)
    return start


def _owed_since(situation: Situation, calendar: Calendar, norms: Mapping[str, int]) -> date:
    since = duty_starts_on(situation.birth_date, calendar, norms)
    if situation.place is None and situation.departure is not None:
        return max(since, situation.departure.ended_on)
    return since


def _unplaced(situation: Situation, calendar: Calendar, norms: Mapping[str, int]) -> Line | None:
    place = situation.place
    if not situation.is_disabled:
        return None
    if place is not None and place.stage != "PRESCHOOL" and place.placement in PLACED:
        return None
    since = _owed_since(situation, calendar, norms)
    if since > calendar.days_ago(norms["ROLL_AFTER_DAYS"]):
        return None
    return Line("UNPLACED", "NOT_PLACED", since)
