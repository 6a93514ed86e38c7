"""The risk of a child by what was found, with its reasons; questions and points are rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEVELS = ("LOW", "MEDIUM", "HIGH")  # from low to high


@dataclass(frozen=True)
class Sign:
    """Something found. `is_alarm`: high at once, whatever the points."""

    code: str
    weight: int
    is_alarm: bool = False


@dataclass(frozen=True)
class Scored:
    """`reasons`: codes of what was found, what weighs most first."""

    level: str
    points: int
    reasons: tuple[str, ...]


def score(signs: Iterable[Sign], thresholds: Mapping[str, int]) -> Scored:
    """`thresholds`: level → points from which it holds; a level without any is not reached."""
    found = sorted(signs, key=lambda sign: (not sign.is_alarm, -sign.weight, sign.code))
    points = sum(sign.weight for sign in found)
    reached = [
        level for level in LEVELS if level in thresholds and points >= thresholds[level]
    ] or [LEVELS[0]]
    level = LEVELS[-1] if any(sign.is_alarm for sign in found) else reached[-1]
    return Scored(level, points, tuple(sign.code for sign in found))
