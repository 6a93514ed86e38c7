"""Conditions as data: a tree of `All`, `AnyOf`, `Not` over the kinds that docs/rules.md lists."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    part: "Condition"


@dataclass(frozen=True)
class Always:
    """All children."""


@dataclass(frozen=True)
class Age:
    """Completed years, or completed months when `in_months`. `at_least` ≤ age < `below`.

    `on`: None for the day asked, a code of `AgeOn`, (month, day) of the year asked, or a day.
    """

    at_least: int | None
    below: int | None
    in_months: bool = False
    on: str | tuple[int, int] | date | None = None


@dataclass(frozen=True)
class Pair:
    """Any of `kinds` with any of `grades`; empty is any."""

    kinds: tuple[int, ...] = ()
    grades: tuple[int, ...] = ()

    def fits(self, kind: int | None, grade: int | None) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.grades or grade in self.grades)


SEVERE = (Pair(grades=(1, 2)), Pair(kinds=(5, 6), grades=(3, 4)))  # domain 2.1


@dataclass(frozen=True)
class Disability:
    """One of the pairs, by a valid certificate, by a diagnosis, or by either."""

    pairs: tuple[Pair, ...]
    proof: str = "CERTIFICATE"


@dataclass(frozen=True)
class Category:
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Economic:
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Hukou:
    """Codes of areas; inside is a prefix."""

    inside: tuple[str, ...]


@dataclass(frozen=True)
class Residence:
    inside: tuple[str, ...]


@dataclass(frozen=True)
class School:
    """What is None or empty is not asked. `in_school`: on a roll and not suspended."""

    in_school: bool | None = None
    stages: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    boarding: bool | None = None
    placements: tuple[str, ...] = ()
    last_kindergarten_year: bool | None = None


@dataclass(frozen=True)
class Parents:
    """The result of the truth table, `children.rules.parent_status`."""

    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Parent:
    """A situation of one parent or of both, whether or not it is proved."""

    who: str
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Living:
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Tier:
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Sex:
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Happened:
    """One of the events has happened on or before the day asked."""

    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Receives:
    """One of these is received in the month, by its code or name."""

    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Admitted:
    """Admitted to higher education on or before the day asked."""

    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Applied:
    is_so: bool


@dataclass(frozen=True)
class Confirmed:
    is_so: bool


Value = bool | str | Decimal


@dataclass(frozen=True)
class Fact:
    """A fact of the county's own. Not given is false, and is no number."""

    name: str
    any_of: tuple[Value, ...] = (True,)
    at_least: Decimal | None = None
    at_most: Decimal | None = None


Leaf = (
    Always | Age | Disability | Category | Economic | Hukou | Residence | School | Parents | Parent
    | Living | Tier | Sex | Happened | Receives | Admitted | Applied | Confirmed | Fact
)  # fmt: skip
Condition = All | AnyOf | Not | Leaf


def leaves(condition: Condition) -> list[Leaf]:
    """In the order in which they are written."""
    match condition:
        case All(parts) | AnyOf(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
        case _:
            return [condition]
