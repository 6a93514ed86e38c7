"""An institution's sheet of sessions: which plan each line is of, or why it cannot be entered.

Says of a whole file what the database says of one session, and what lines say against each other.
Domain reference 2.3.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from children.rules.ages import completed_years

from .plan_of_row import Plans, Unplanned, repeated
from .rehabilitation import counted_on


class Refusal(StrEnum):
    """The first five as `plan_of_row` tells them."""

    CHILD_UNKNOWN = Unplanned.CHILD_UNKNOWN.value
    INSTITUTION_UNKNOWN = Unplanned.INSTITUTION_UNKNOWN.value
    NO_PLAN = Unplanned.NO_PLAN.value
    OUTSIDE_PLAN = Unplanned.OUTSIDE_PLAN.value
    PLAN_AMBIGUOUS = Unplanned.PLAN_AMBIGUOUS.value
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


def judge(
    lines: Sequence[Line], plans: Iterable[PlanFacts], institutions: Iterable[str]
) -> list[Verdict]:
    """In the order of the lines. `institutions`: every name ever designated."""
    known = Plans(plans, institutions)
    found = [_alone(line, known) for line in lines]
    _refuse_two_places(lines, found)
    _refuse_repeated(lines, found)
    _refuse_beyond_plan(lines, found)
    return found


def _alone(line: Line, known: Plans[PlanFacts]) -> Verdict:
    day = line.held_on
    plan = known.of(line, lambda plan: plan.covers(day))
    if isinstance(plan, Unplanned):
        return Verdict(refusal=R(plan))
    if not plan.is_designated_on(day):
        return Verdict(refusal=R.NOT_DESIGNATED)
    if plan.is_too_old_on(day):
        return Verdict(refusal=R.AGE_LIMIT, limit=plan.until_age)
    mine = known.of_child[line.child_id]
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
    days = (
        None if one.plan is None else (one.plan.id, line.held_on)
        for one, line in zip(found, lines, strict=True)
    )  # fmt: skip
    for index, other in repeated(days).items():
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
