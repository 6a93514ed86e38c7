"""The moves of a referral: from which states to which, and whose they are."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Whose(StrEnum):
    SCHOOL = auto()  # whoever looks after wellbeing there
    LEAD = auto()  # who leads the school's working group
    THE_TWO = auto()  # the counsellor and the named lead of the referral


@dataclass(frozen=True)
class Move:
    sources: tuple[str, ...]
    target: str
    whose: Whose = Whose.THE_TWO
    needs_text: bool = False


MOVES = {
    "TAKE": Move(("OPEN",), "TAKEN", Whose.SCHOOL),
    "ASSIGN": Move(("OPEN", "TAKEN", "PLAN"), "TAKEN", Whose.LEAD),
    "PLAN": Move(("TAKEN", "PLAN"), "PLAN", needs_text=True),
    "CLOSE": Move(("TAKEN", "PLAN"), "CLOSED", needs_text=True),
    "REOPEN": Move(("CLOSED",), "TAKEN", Whose.SCHOOL, needs_text=True),
}


class Refusal(StrEnum):
    OTHER_SCHOOL = auto()
    NOT_NOW = auto()
    NOT_THEIRS = auto()


@dataclass(frozen=True)
class Asker:
    """Who wants to take a step, as the referral sees them."""

    is_of_the_school: bool  # the one that looks after the referral
    is_lead: bool
    is_of_the_two: bool


def refusal(name: str, state: str, asker: Asker) -> Refusal | None:
    """Why `asker` may not take the step `name` in `state`; None when they may."""
    move = MOVES[name]
    if not asker.is_of_the_school:
        return Refusal.OTHER_SCHOOL
    if state not in move.sources:
        return Refusal.NOT_NOW
    theirs = {Whose.SCHOOL: True, Whose.LEAD: asker.is_lead, Whose.THE_TWO: asker.is_of_the_two}
    return None if theirs[move.whose] else Refusal.NOT_THEIRS
