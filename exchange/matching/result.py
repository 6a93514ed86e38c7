"""What is said of a row: who it is, or may be, and why."""

from typing import NamedTuple

from exchange.rules.match import Decision, Ground
from exchange.rules.match_score import Pattern

from .words import GROUNDS, in_words


class Candidate(NamedTuple):
    child_id: int
    case_number: str
    score: float  # 0 to 1
    pattern: Pattern

    @property
    def reasons(self) -> list[str]:
        """Field by field, in the reader's language."""
        return in_words(self.pattern)


class Match(NamedTuple):
    """`candidates`: best first, the matched or suggested child among them."""

    row: int
    decision: Decision
    ground: Ground | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def child_id(self) -> int | None:
        return self.candidates[0].child_id if self.candidates else None

    @property
    def case_number(self) -> str:
        return self.candidates[0].case_number if self.candidates else ""

    @property
    def score(self) -> float:
        return self.candidates[0].score if self.candidates else 0.0

    @property
    def reasons(self) -> list[str]:
        if self.ground is None:
            return []
        return [str(GROUNDS[self.ground]), *self.candidates[0].reasons]
