"""Scores from which a row of a list is asked about, or taken by itself: where a county begins.

Per mille, so that they can be rows of `exchange.models.MatchFigure`, dated and with their document.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .match import Thresholds


@dataclass(frozen=True)
class Default:
    value: int
    source: str


DEFAULTS: dict[str, Default] = {
    "SUGGESTED_FROM": Default(50, "docs/bench.md: lower finds hardly more and asks more"),
    "AUTOMATIC_FROM": Default(900, "own proposal: the rules decide, the score may only forbid"),
}


def thresholds(rows: Iterable[tuple[str, int, date]], day: date) -> Thresholds:
    """In force on `day`, from (key, per mille, first day) rows; the newest begun one holds."""
    values = {key: default.value for key, default in DEFAULTS.items()}
    for key, value, starts_on in sorted(rows, key=lambda row: row[2]):
        if starts_on <= day:
            values[key] = value
    return Thresholds(values["SUGGESTED_FROM"] / 1000, values["AUTOMATIC_FROM"] / 1000)
