"""When a helper's next contact with a family is due, and who is told when it is not made.

How often, by risk, is a norm of the county (`schools.rules.norms`). Holidays put a contact off to
the first day after them, but for children at high risk, for whom nobody takes holidays. What was
agreed for a day is due on that day. `schools.models.due_sql` says the same in SQL, for all
children at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum, auto
from itertools import pairwise

MOODS = ("GOOD", "FAIR", "WORRYING")  # from good to bad


class Reason(StrEnum):
    FIRST = auto()  # nobody was reached since the helper took over
    REGULAR = auto()
    FOLLOW_UP = auto()  # agreed on for that day
    VISIT = auto()  # tried in vain too often: go there


@dataclass(frozen=True)
class Days:
    """First and last day, both included: of a term, or without lessons."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Calendar:
    terms: Sequence[Days] = ()
    breaks: Sequence[Days] = ()

    def holidays(self, longest: int) -> list[Days]:
        """Breaks and what lies between two terms, joined where they touch.

        Between terms more than `longest` days apart one was never entered: that is no holiday.
        """
        terms = sorted(self.terms, key=lambda term: term.starts_on)
        gaps = [
            Days(before.ends_on + timedelta(days=1), after.starts_on - timedelta(days=1))
            for before, after in pairwise(terms)
            if 0 < (after.starts_on - before.ends_on).days - 1 <= longest
        ]
        joined: list[Days] = []
        for pause in sorted([*self.breaks, *gaps], key=lambda pause: pause.starts_on):
            if joined and pause.starts_on <= joined[-1].ends_on + timedelta(days=1):
                last = max(joined[-1].ends_on, pause.ends_on)
                joined[-1] = Days(joined[-1].starts_on, last)
            else:
                joined.append(pause)
        return joined


@dataclass(frozen=True)
class Contact:
    """What the cadence asks of a contact; `number` orders those of one day."""

    number: int
    on: date
    is_family: bool  # with a guardian, or a visit at home; not a talk with the child alone
    is_reached: bool
    follow_up_on: date | None = None
    mood: str = ""


@dataclass(frozen=True)
class Facts:
    """What the contacts of a child come to."""

    last_reached_on: date | None = None
    tried_on: tuple[date, ...] = ()  # in vain, since somebody was last reached; oldest first
    follow_up_on: date | None = None  # agreed and not yet kept
    moods: tuple[str, ...] = ()  # the last two that were told, newest first
    mood_on: date | None = None

    @property
    def is_mood_falling(self) -> bool:
        """Worse than the time before, or worrying still."""
        ranks = [MOODS.index(mood) for mood in self.moods]
        return bool(ranks) and (ranks[0] == 2 or (len(ranks) > 1 and ranks[0] > ranks[1]))


@dataclass(frozen=True)
class NextContact:
    on: date
    reason: Reason = field(default=Reason.REGULAR)

    @property
    def is_visit(self) -> bool:
        return self.reason == Reason.VISIT

    def is_overdue(self, today: date) -> bool:
        return self.on < today


def facts_of(contacts: Sequence[Contact]) -> Facts:
    ordered = sorted(contacts, key=lambda row: (row.on, row.number))
    family = [row for row in ordered if row.is_family]
    talks = [row for row in ordered if not row.is_family]
    reached = [row.on for row in family if row.is_reached]
    open_days = [day for day in map(_agreed, (family, talks)) if day]
    told = [row for row in reversed(ordered) if row.mood]
    return Facts(
        last_reached_on=reached[-1] if reached else None,
        tried_on=tuple(row.on for row in _since_reached(family) if not row.is_reached),
        follow_up_on=min(open_days, default=None),
        moods=tuple(row.mood for row in told[:2]),
        mood_on=told[0].on if told else None,
    )


def _since_reached(rows: Sequence[Contact]) -> Sequence[Contact]:
    """From the last that reached somebody on, itself included."""
    last = max((i for i, row in enumerate(rows) if row.is_reached), default=0)
    return rows[last:]


def _agreed(rows: Sequence[Contact]) -> date | None:
    """The follow-up agreed last, unless somebody was reached since."""
    days = [row.follow_up_on for row in _since_reached(rows) if row.follow_up_on]
    return days[-1] if days else None


def next_contact(
    *, paired_on: date, facts: Facts, risk: str, norms: Mapping[str, int], calendar: Calendar
) -> NextContact:
    """Day of the next contact of a helper who cares since `paired_on`.

    Enough tries in vain make a visit at home due soon after the one that was enough; trying on
    puts it off no more.
    """
    enough = norms["TRIES_BEFORE_A_VISIT"]
    if len(facts.tried_on) >= enough:
        since = max(paired_on, facts.tried_on[enough - 1])
        return NextContact(since + timedelta(days=norms["DAYS_FOR_THE_VISIT"]), Reason.VISIT)
    on, reason = _by_cadence(paired_on, facts.last_reached_on, risk, norms, calendar.terms)
    if risk != "HIGH":
        for pause in calendar.holidays(norms["LONGEST_HOLIDAY_DAYS"]):
            if pause.starts_on <= on <= pause.ends_on:
                on = pause.ends_on + timedelta(days=1)
                break
    agreed = max(facts.follow_up_on, paired_on) if facts.follow_up_on else None
    if agreed and agreed <= on:
        return NextContact(agreed, Reason.FOLLOW_UP)
    return NextContact(on, reason)


def _by_cadence(
    paired_on: date,
    last_reached_on: date | None,
    risk: str,
    norms: Mapping[str, int],
    terms: Sequence[Days],
) -> tuple[date, Reason]:
    since = max(paired_on, last_reached_on or paired_on)
    on = since + timedelta(days=norms[f"CONTACT_DAYS_{risk}"])
    if risk == "LOW":  # in each term, by its last day
        later = sorted(term.ends_on for term in terms if term.starts_on > since)
        on = min([on, *later[norms["CONTACT_TERMS_LOW"] - 1 :]])
    if last_reached_on is None or last_reached_on < paired_on:
        return min(on, paired_on + timedelta(days=norms["FIRST_CONTACT_DAYS"])), Reason.FIRST
    return on, Reason.REGULAR
