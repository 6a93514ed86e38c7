"""School days missed, by kind, from absences and the days on which there were lessons."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Attendance:
    """All in school days of the period, up to today."""

    school_days: int
    ill: int = 0
    leave: int = 0
    unexcused: int = 0

    @property
    def missed(self) -> int:
        return self.ill + self.leave + self.unexcused

    @property
    def by_kind(self) -> dict[str, int]:
        """Kinds of absence with the days missed, without those of none."""
        kinds = {"ILL": self.ill, "LEAVE": self.leave, "UNEXCUSED": self.unexcused}
        return {kind: days for kind, days in kinds.items() if days}

    @property
    def present(self) -> int:
        return self.school_days - self.missed


# (kind, first day missed, first day back or None while still away)
Away = tuple[str, date, date | None]


def count(days: Sequence[date], absences: Iterable[Away]) -> Attendance:
    """`days` ascending; absences of one child never overlap."""
    missed = {"ILL": 0, "LEAVE": 0, "UNEXCUSED": 0}
    for kind, starts_on, back_on in absences:
        end = len(days) if back_on is None else bisect_left(days, back_on)
        missed[kind] += max(0, end - bisect_left(days, starts_on))
    return Attendance(len(days), missed["ILL"], missed["LEAVE"], missed["UNEXCUSED"])
