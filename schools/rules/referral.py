"""The moves of a referral: from which states to which, and whose they are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    sources: tuple[str, ...]
    target: str
    is_of_the_two: bool = True  # the counsellor and the named lead of the referral alone
    needs_text: bool = False


MOVES = {
    "TAKE": Move(("OPEN",), "TAKEN", is_of_the_two=False),
    "PLAN": Move(("TAKEN", "PLAN"), "PLAN", needs_text=True),
    "CLOSE": Move(("TAKEN", "PLAN"), "CLOSED", needs_text=True),
    "REOPEN": Move(("CLOSED",), "TAKEN", is_of_the_two=False, needs_text=True),
}
