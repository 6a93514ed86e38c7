"""What will change of an allowance that runs: why, on which day, who acts before it does."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from children.rules.ages import birthday_in

from .facts import Facts
from .gap import Who
from .months import between, month_of

DAYS = 90  # looked ahead


def months_ahead(today: date) -> int:
    """So many months are looked at: what ends within the days stops in the month after at last."""
    return between(month_of(today), month_of(today + timedelta(days=DAYS))) + 1


class Cause(StrEnum):
    CERTIFICATE = "CERTIFICATE"  # runs out
    AGE = "AGE"
    PARENT = "PARENT"  # released, found, recovered: the situation ends
    SCHOOL = "SCHOOL"  # the school, the stage or the recognition ends
    STANDARD = "STANDARD"  # another amount, or none is in force any more
    OVERLAP = "OVERLAP"  # another programme goes before it
    OTHER = "OTHER"


# By kind of the condition that fails then, see `assistance.words.KINDS`.
OF_CONDITION: dict[str, Cause] = {
    "disability": Cause.CERTIFICATE,
    "age": Cause.AGE,
    "parents": Cause.PARENT,
    "parent": Cause.PARENT,
    "school": Cause.SCHOOL,
    "tier": Cause.SCHOOL,
    "standard": Cause.STANDARD,
    "rule": Cause.STANDARD,
    "overlap": Cause.OVERLAP,
}
WHO: dict[Cause, Who] = {
    Cause.CERTIFICATE: Who.VILLAGE,
    Cause.AGE: Who.TOWNSHIP,
    Cause.PARENT: Who.TOWNSHIP,
    Cause.SCHOOL: Who.TOWNSHIP,
    Cause.STANDARD: Who.COUNTY,
    Cause.OVERLAP: Who.COUNTY,
    Cause.OTHER: Who.TOWNSHIP,
}


def acted_by(who: str) -> list[str]:
    return [cause.value for cause, level in WHO.items() if level == who]


def cause_of(before: Collection[tuple[str, str]], after: Collection[tuple[str, str]]) -> Cause:
    """Kind and words of the conditions that do not hold, now and then: what newly fails decides."""
    failing = [kind for kind, words in after if (kind, words) not in before]
    failing += [kind for kind, _words in after]
    return OF_CONDITION.get(failing[0], Cause.OTHER) if failing else Cause.OVERLAP


def happens_on(cause: str, facts: Facts, today: date, until: date) -> date | None:
    """The day between `today` and `until` that a paper or a situation ends on, or the birthday."""
    days: list[date | None] = []
    if cause == Cause.CERTIFICATE:
        days = [paper.expires for paper in facts.certificates]
    elif cause == Cause.PARENT:
        days = [one.ends_on for one in (*facts.father, *facts.mother)]
    elif cause == Cause.AGE and facts.birth_date is not None:
        days = [birthday_in(facts.birth_date, year) for year in (today.year, today.year + 1)]
    return min((day for day in days if day and today <= day <= until), default=None)
