"""Flows of a period from who stood where at its beginning and at its end: sums that agree."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Flow:
    """`begin + came - left = end`, by the way it is made."""

    key: str
    begin: int
    came: int
    left: int
    end: int

    @property
    def agrees(self) -> bool:
        return self.begin + self.came - self.left == self.end


def flow(key: str, begin: Collection[int], end: Collection[int]) -> Flow:
    first, last = set(begin), set(end)
    return Flow(key, len(first), len(last - first), len(first - last), len(last))


def flows(
    keys: Iterable[str], begin: Mapping[str, Collection[int]], end: Mapping[str, Collection[int]]
) -> list[Flow]:
    """One per key, in this order; ids of the rows that stood there."""
    return [flow(key, begin.get(key, ()), end.get(key, ())) for key in keys]


def total(rows: Iterable[Flow]) -> Flow:
    found = list(rows)
    return Flow(
        "", sum(r.begin for r in found), sum(r.came for r in found), sum(r.left for r in found),
        sum(r.end for r in found),
    )  # fmt: skip
