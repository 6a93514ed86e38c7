"""What about a bank account a second person should look at twice. Domain reference 3.2."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Doubt(StrEnum):
    SHARED = "SHARED"  # one number serves many children
    OTHER_HOLDER = "OTHER_HOLDER"  # neither the child nor one of its guardians
    CHECK_DIGIT = "CHECK_DIGIT"  # a card number whose last digit does not fit
    CHANGED = "CHANGED"  # changed shortly before money goes to it


@dataclass(frozen=True)
class Facts:
    """`others`: other children whose account has the same number."""

    others: int
    is_childs_or_guardians: bool
    is_plausible: bool


def doubts(facts: Facts, *, most_children: int) -> list[Doubt]:
    """Of an account by itself. `most_children`: so many on one number are nothing unusual."""
    found = []
    if facts.others + 1 > most_children:
        found.append(Doubt.SHARED)
    if not facts.is_childs_or_guardians:
        found.append(Doubt.OTHER_HOLDER)
    if not facts.is_plausible:
        found.append(Doubt.CHECK_DIGIT)
    return found


def is_fresh_change(changed_on: date | None, pays_on: date, *, days: int) -> bool:
    """Whether an account changed in the `days` before the day on which a run pays."""
    if changed_on is None:
        return False
    return pays_on - timedelta(days=days) <= changed_on <= pays_on
