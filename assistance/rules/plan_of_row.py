"""Which plan a row of an institution's list is of, by child, institution and kind of help; and
which rows say the same again.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Generic, Protocol, TypeVar


class Unplanned(StrEnum):
    CHILD_UNKNOWN = "CHILD_UNKNOWN"  # no file of this place is meant without doubt
    INSTITUTION_UNKNOWN = "INSTITUTION_UNKNOWN"  # never designated under this name
    NO_PLAN = "NO_PLAN"
    OUTSIDE_PLAN = "OUTSIDE_PLAN"
    PLAN_AMBIGUOUS = "PLAN_AMBIGUOUS"  # two kinds of help at one institution


class Row(Protocol):
    """`child_id` is None where nobody is meant without doubt; `kind` empty where none is said."""

    @property
    def child_id(self) -> int | None: ...
    @property
    def institution(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Plan(Protocol):
    @property
    def child_id(self) -> int: ...
    @property
    def institution(self) -> str: ...
    @property
    def kind(self) -> str: ...


P = TypeVar("P", bound=Plan)


class Plans(Generic[P]):
    """Of the children of a list. `institutions`: every name ever designated."""

    def __init__(self, plans: Iterable[P], institutions: Iterable[str]) -> None:
        self.names = {plain_name(name) for name in institutions}
        self.of_child: dict[int | None, list[P]] = defaultdict(list)
        for plan in plans:
            self.of_child[plan.child_id].append(plan)

    def of(self, row: Row, covers: Callable[[P], bool]) -> P | Unplanned:
        """`covers`: whether the day or the month of the row lies in the plan."""
        if row.child_id is None:
            return Unplanned.CHILD_UNKNOWN
        name = plain_name(row.institution)
        if name not in self.names:
            return Unplanned.INSTITUTION_UNKNOWN
        there = [
            plan
            for plan in self.of_child.get(row.child_id, ())
            if plain_name(plan.institution) == name and row.kind in ("", plan.kind)
        ]
        fitting = [plan for plan in there if covers(plan)]
        if not fitting:
            return Unplanned.OUTSIDE_PLAN if there else Unplanned.NO_PLAN
        return fitting[0] if len(fitting) == 1 else Unplanned.PLAN_AMBIGUOUS


@lru_cache(maxsize=10_000)
def plain_name(written: str) -> str:
    """As institutions are compared: brackets, width, spaces and case do not matter."""
    return "".join(unicodedata.normalize("NFKC", written).split()).casefold()


def repeated(keys: Iterable[Hashable | None]) -> dict[int, int]:
    """Place of each key that stood before → the first place of it; None is no key."""
    first: dict[Hashable, int] = {}
    found: dict[int, int] = {}
    for place, key in enumerate(keys):
        if key is not None and first.setdefault(key, place) != place:
            found[place] = first[key]
    return found
