"""What about a bank account a second person should look at twice. Domain reference 3.2."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Doubt(StrEnum):
    SHARED = "SHARED"  # one number serves many children
    OTHER_HOLDER = "OTHER_HOLDER"  # neither the child nor one of its guardians
    OTHER_NAME = "OTHER_NAME"  # said to be the child's or a guardian's, in another name
    NO_GUARDIAN = "NO_GUARDIAN"  # of somebody whose guardianship is over
    CHECK_DIGIT = "CHECK_DIGIT"  # a card number whose last digit does not fit
    CHANGED = "CHANGED"  # changed shortly before money goes to it


@dataclass(frozen=True)
class Facts:
    """`others`: other children whose account has the same number. `is_in_their_name`: the holder
    is named like the child or the guardian whose account it is said to be.
    """

    others: int
    is_childs_or_guardians: bool
    is_plausible: bool
    is_in_their_name: bool = True
    is_guardian_still: bool = True


def doubts(facts: Facts, *, most_children: int) -> list[Doubt]:
    """Of an account by itself. `most_children`: so many on one number are nothing unusual."""
    found = []
    if facts.others + 1 > most_children:
        found.append(Doubt.SHARED)
    if not facts.is_childs_or_guardians:
        found.append(Doubt.OTHER_HOLDER)
    if not facts.is_in_their_name:
        found.append(Doubt.OTHER_NAME)
    if not facts.is_guardian_still:
        found.append(Doubt.NO_GUARDIAN)
    if not facts.is_plausible:
        found.append(Doubt.CHECK_DIGIT)
    return found


def is_fresh_change(changed_on: date | None, pays_on: date, *, days: int) -> bool:
    """Whether an account changed in the `days` before the day on which a run pays."""
    if changed_on is None:
        return False
    return pays_on - timedelta(days=days) <= changed_on <= pays_on
