"""An institution's sheet of sessions: which plan each line is of, or why it cannot be entered.

Says of a whole file what the database says of one session, and what lines say against each other.
Domain reference 2.3.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from children.rules.ages import completed_years

from .rehabilitation import counted_on


class Refusal(StrEnum):
    CHILD_UNKNOWN = "CHILD_UNKNOWN"  # no file of this place is meant without doubt
    INSTITUTION_UNKNOWN = "INSTITUTION_UNKNOWN"  # never designated under this name
    NO_PLAN = "NO_PLAN"
    OUTSIDE_PLAN = "OUTSIDE_PLAN"
    PLAN_AMBIGUOUS = "PLAN_AMBIGUOUS"  # two kinds of help at one institution
    NOT_DESIGNATED = "NOT_DESIGNATED"
    AGE_LIMIT = "AGE_LIMIT"
    OTHER_INSTITUTION = "OTHER_INSTITUTION"
    OTHER_INSTITUTION_IN_FILE = "OTHER_INSTITUTION_IN_FILE"
    DUPLICATE_IN_FILE = "DUPLICATE_IN_FILE"
    NO_SESSIONS_LEFT = "NO_SESSIONS_LEFT"


R = Refusal


@dataclass(frozen=True, slots=True)
class Line:
    """`child_id` is None where nobody is meant without doubt; `kind` empty where none is said."""

    child_id: int | None
    institution: str
    kind: str
    held_on: date


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan with its institution's name and designation; `attended`: days of standing sessions."""

    id: int
    child_id: int
    institution_id: int
    institution: str
    kind: str
    starts_on: date
    ends_on: date
    sessions: int
    until_age: int
    age_rule: str
    born: date
    designated_from: date
    designated_to: date | None
    attended: frozenset[date] = frozenset()

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def is_designated_on(self, day: date) -> bool:
        return self.designated_from <= day <= (self.designated_to or date.max)

    def is_too_old_on(self, day: date) -> bool:
        counted = max(counted_on(day, self.age_rule), self.born)
        return completed_years(self.born, counted) >= self.until_age


@dataclass(frozen=True, slots=True)
class Verdict:
    """`plan` is None where it is refused; `other` is the line it contradicts, counted from 0;
    `is_entered`: the day stands already."""

    plan: PlanFacts | None = None
    refusal: Refusal | None = None
    other: int | None = None
    limit: int = 0
    is_entered: bool = False


@lru_cache(maxsize=10_000)
def plain_name(written: str) -> str:
    """As institutions are compared: brackets, width, spaces and case do not matter."""
    return "".join(unicodedata.normalize("NFKC", written).split()).casefold()


def judge(
    lines: Sequence[Line], plans: Iterable[PlanFacts], institutions: Iterable[str]
) -> list[Verdict]:
    """In the order of the lines. `institutions`: every name ever designated."""
    names = {plain_name(name) for name in institutions}
    of_child: dict[int, list[PlanFacts]] = defaultdict(list)
    for plan in plans:
        of_child[plan.child_id].append(plan)
    found = [_alone(line, of_child, names) for line in lines]
    _refuse_two_places(lines, found)
    _refuse_repeated(lines, found)
    _refuse_beyond_plan(lines, found)
    return found


def _alone(
    line: Line, of_child: Mapping[int, Sequence[PlanFacts]], names: set[str]
) -> Verdict:  # fmt: skip
    if line.child_id is None:
        return Verdict(refusal=R.CHILD_UNKNOWN)
    name, day = plain_name(line.institution), line.held_on
    if name not in names:
        return Verdict(refusal=R.INSTITUTION_UNKNOWN)
    mine = of_child.get(line.child_id, ())
    there = [
        plan
        for plan in mine
        if plain_name(plan.institution) == name and line.kind in ("", plan.kind)
    ]
    fitting = [plan for plan in there if plan.covers(day)]
    if not fitting:
        return Verdict(refusal=R.OUTSIDE_PLAN if there else R.NO_PLAN)
    if len(fitting) > 1:
        return Verdict(refusal=R.PLAN_AMBIGUOUS)
    (plan,) = fitting
    if not plan.is_designated_on(day):
        return Verdict(refusal=R.NOT_DESIGNATED)
    if plan.is_too_old_on(day):
        return Verdict(refusal=R.AGE_LIMIT, limit=plan.until_age)
    if any(day in one.attended and one.institution_id != plan.institution_id for one in mine):
        return Verdict(refusal=R.OTHER_INSTITUTION)
    return Verdict(plan, is_entered=day in plan.attended)


def _refuse_two_places(lines: Sequence[Line], found: list[Verdict]) -> None:
    """Nobody can say which of them is true: none comes in."""
    days: dict[tuple[int, date], list[int]] = defaultdict(list)
    for index, one in enumerate(found):
        if one.plan is not None:
            days[one.plan.child_id, lines[index].held_on].append(index)
    for together in days.values():
        places = {index: _place(found[index]) for index in together}
        if len(set(places.values())) > 1:
            for index in together:
                other = next(each for each in together if places[each] != places[index])
                found[index] = Verdict(refusal=R.OTHER_INSTITUTION_IN_FILE, other=other)


def _place(one: Verdict) -> int:
    return one.plan.institution_id if one.plan else 0


def _refuse_repeated(lines: Sequence[Line], found: list[Verdict]) -> None:
    first: dict[tuple[int, date], int] = {}
    for index, one in enumerate(found):
        if one.plan is not None:
            other = first.setdefault((one.plan.id, lines[index].held_on), index)
            if other != index:
                found[index] = Verdict(refusal=R.DUPLICATE_IN_FILE, other=other)


def _refuse_beyond_plan(lines: Sequence[Line], found: list[Verdict]) -> None:
    """The earlier day counts first, wherever it stands in the file."""
    left: dict[int, int] = {}
    for index in sorted(range(len(found)), key=lambda each: (lines[each].held_on, each)):
        plan = found[index].plan
        if plan is None or found[index].is_entered:
            continue
        left.setdefault(plan.id, plan.sessions - len(plan.attended))
        if left[plan.id] <= 0:
            found[index] = Verdict(refusal=R.NO_SESSIONS_LEFT, limit=plan.sessions)
        else:
            left[plan.id] -= 1
