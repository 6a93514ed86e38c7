"""How probable it is that a row and a child are one person, from how their facts agree.

After Fellegi and Sunter (1969), with three explanations of a pair instead of two: the same child,
another child of the same family, and a stranger. Brothers and sisters share guardian, village and
telephone, so that these tell the family and only name, birth date, sex and number tell the child.
The share of each level among true pairs is learned from the lists themselves (`learn`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import NamedTuple

# Field → level → how often it is seen. Where learning begins: own estimate, to be corrected by
# the rows; levels of one field sum to 1.
Shares = Mapping[str, Mapping[str, float]]

SAME_CHILD: Shares = {
    "name": {
        "SAME": 0.90, "SOUND": 0.035, "ALIKE": 0.02, "ONE": 0.025, "PART": 0.01, "DIFFERENT": 0.01,
    },
    "birth": {
        "SAME": 0.93, "SWAPPED": 0.01, "DIGIT": 0.03, "NEAR": 0.015, "YEAR": 0.005,
        "DIFFERENT": 0.01,
    },
    "sex": {"SAME": 0.98, "DIFFERENT": 0.02},
    "number": {
        "SAME": 0.95, "NEAR": 0.025, "FAMILY": 0.006, "ELDER": 0.004, "UNREADABLE": 0.005,
        "DIFFERENT": 0.01,
    },
    "guardian": {"NUMBER": 0.5, "NAME": 0.3, "ALIKE": 0.05, "DIFFERENT": 0.15},
    "area": {"VILLAGE": 0.8, "TOWNSHIP": 0.08, "COUNTY": 0.06, "ELSEWHERE": 0.06},
    "phone": {"SAME": 0.5, "DIFFERENT": 0.5},
}  # fmt: skip
SAME_FAMILY: Shares = {
    **SAME_CHILD,
    "name": {
        "SAME": 0.001, "SOUND": 0.002, "ALIKE": 0.007, "ONE": 0.12, "PART": 0.84, "DIFFERENT": 0.03,
    },
    "birth": {
        "SAME": 0.02, "SWAPPED": 0.0002, "DIGIT": 0.008, "NEAR": 0.012, "YEAR": 0.01,
        "DIFFERENT": 0.9498,
    },
    "sex": {"SAME": 0.5, "DIFFERENT": 0.5},
    "number": {
        "SAME": 0.008, "NEAR": 0.0002, "FAMILY": 0.006, "ELDER": 0.004, "UNREADABLE": 0.01,
        "DIFFERENT": 0.9718,
    },
}  # fmt: skip
STRANGER: Shares = {
    "name": {
        "SAME": 6e-5, "SOUND": 3e-4, "ALIKE": 8e-4, "ONE": 4e-3, "PART": 0.03, "DIFFERENT": 0.965,
    },
    "birth": {
        "SAME": 1.7e-4, "SWAPPED": 1.5e-4, "DIGIT": 0.006, "NEAR": 0.02, "YEAR": 0.035,
        "DIFFERENT": 0.94,
    },
    "sex": {"SAME": 0.5, "DIFFERENT": 0.5},
    "number": {
        "SAME": 1e-8, "NEAR": 1e-7, "FAMILY": 1e-6, "ELDER": 0.004, "UNREADABLE": 0.01,
        "DIFFERENT": 0.986,
    },
    "guardian": {"NUMBER": 2e-6, "NAME": 1e-4, "ALIKE": 1e-3, "DIFFERENT": 0.9989},
    "area": {"VILLAGE": 1e-3, "TOWNSHIP": 0.01, "COUNTY": 0.1, "ELSEWHERE": 0.889},
    "phone": {"SAME": 1e-5, "DIFFERENT": 0.99999},
}  # fmt: skip
FIELDS = tuple(SAME_CHILD)

KNOWN = 0.5  # of a list's rows that are registered, before a row is looked at
SIBLINGS = 0.2  # registered brothers and sisters for each row
STEADY = 200  # pairs that the first estimate weighs against what is learned


class Pattern(NamedTuple):
    """How a row and a child agree, field by field; None where either says nothing."""

    name: str | None = None
    birth: str | None = None
    sex: str | None = None
    number: str | None = None
    guardian: str | None = None
    area: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Weights:
    """`children`: how many are registered; the shares by explanation."""

    children: int
    same_child: Shares = field(default_factory=lambda: SAME_CHILD)
    same_family: Shares = field(default_factory=lambda: SAME_FAMILY)
    stranger: Shares = field(default_factory=lambda: STRANGER)
    explained: dict[Pattern, tuple[float, float, float]] = field(
        default_factory=dict, compare=False, repr=False
    )  # of patterns met before: a long list has few

    def score(self, pattern: Pattern, namesakes: float | None = None) -> float:
        """0 to 1. `namesakes`: the share of children with this name, where it is the same."""
        if pattern not in self.explained:
            self.explained[pattern] = self._explained(pattern)
        same, family, stranger = self.explained[pattern]
        if namesakes is not None and pattern.name == "SAME":
            stranger *= namesakes / self.stranger["name"]["SAME"]
        return same / (same + family + stranger)

    def _explained(self, pattern: Pattern) -> tuple[float, float, float]:
        """How probable the pattern is as each of the three."""
        return (
            KNOWN / self.children * _likelihood(self.same_child, pattern),
            SIBLINGS / self.children * _likelihood(self.same_family, pattern),
            _likelihood(self.stranger, pattern),
        )


def _likelihood(shares: Shares, pattern: Pattern) -> float:
    levels = zip(FIELDS, pattern, strict=True)
    return prod(shares[name][level] for name, level in levels if level is not None)


def learn(weights: Weights, seen: Counter[Pattern]) -> Weights:
    """How true pairs agree, from the pairs `seen`: each counts as far as `weights` take it for one.

    How strangers and families agree is known from the registry and would be mislearned here,
    where only pairs that agree in something come in. The first estimate counts as STEADY pairs,
    so that a short list changes little. Learned once: what was learned is not learned from again,
    for a list of brothers and sisters would by and by be taken for the children on file.
    """
    found = {name: Counter[str]() for name in FIELDS}
    for pattern, times in seen.items():
        probability = weights.score(pattern) * times
        for name, level in zip(FIELDS, pattern, strict=True):
            if level is not None:
                found[name][level] += probability  # type: ignore[assignment]
    return replace(weights, same_child=_mixed(found), explained={})


def _mixed(found: Mapping[str, Counter[str]]) -> Shares:
    mixed = {}
    for name, first in SAME_CHILD.items():
        total = sum(found[name].values()) + STEADY
        mixed[name] = {
            level: (share * STEADY + found[name][level]) / total for level, share in first.items()
        }
    return mixed
