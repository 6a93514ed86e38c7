"""A mark as it is wanted and as it was seen: how two teachers at once do not undo each other."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class MarkEntry:
    """A mark as wanted and as the form showed it; no level means no mark."""

    record_id: int
    subject_id: int
    level: str
    score: Decimal | None = None
    was_level: str = ""
    was_score: Decimal | None = None

    @property
    def wanted(self) -> tuple[str, Decimal | None]:
        return (self.level, self.score if self.level else None)

    @property
    def is_change(self) -> bool:
        return self.wanted != (self.was_level, self.was_score)


def number(score: Decimal | None) -> str:
    """As typed: no zeros behind the point."""
    return "" if score is None else f"{score.normalize():f}"


def seen(level: str, score: Decimal | None) -> str:
    """A mark as a hidden field carries it."""
    return f"{level}|{number(score)}" if level else ""


def unseen(text: str) -> tuple[str, Decimal | None]:
    level, _bar, score = text.partition("|")
    try:
        value = Decimal(score) if score else None
    except ArithmeticError:
        value = None
    return level, value
