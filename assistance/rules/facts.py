"""What is known of one child. Days: `starts` and `ends` are both included; None is open."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from children.rules.parent_status import Situation

from .conditions import Value
from .months import shifted


@dataclass(frozen=True)
class Spell:
    """Something that holds from a day to a day."""

    value: str
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Certificate:
    """`since`: from when a status other than VALID holds; None: always."""

    kind: int
    grade: int
    issued: date | None = None
    expires: date | None = None  # last valid day
    status: str = "VALID"
    since: date | None = None


@dataclass(frozen=True)
class Diagnosis:
    """Stands in for a certificate where a rule lets it; kind and grade as far as known."""

    kind: int | None = None
    grade: int | None = None
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Schooling:
    stage: str
    grade: int | None = None
    boarding: bool = False
    placement: str = "ORDINARY"
    status: str = "ENROLLED"
    last_kindergarten_year: bool | None = None  # None: told by the grade, 3 is the last
    starts: date | None = None
    ends: date | None = None  # last day on the roll
    school: int | None = None  # in the register


@dataclass(frozen=True)
class Fee:
    """What a school of the register charges at a stage, for a month when `months` says in how many
    of a term, else for a term. `starts` and `ends` are months, both included.
    """

    school: int
    stage: str
    what: str
    amount: Decimal
    months: int | None
    starts: date
    ends: date | None = None


@dataclass(frozen=True)
class Application:
    applied: date | None = None
    confirmed: date | None = None


@dataclass(frozen=True)
class Happening:
    """`programme`: it ends this one only. `until`: last day of its effect, e.g. moved back."""

    kind: str
    on: date
    until: date | None = None
    programme: str = ""


@dataclass(frozen=True)
class Receipt:
    """An amount a month, from another programme or office; months, both included."""

    programme: str
    amount: Decimal
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Payment:
    """What was paid for a month (or for the period beginning with it)."""

    programme: str
    month: date
    amount: Decimal


@dataclass(frozen=True)
class Own:
    """A fact of the county's own, `value` from a day to a day."""

    value: Value
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Facts:
    birth_date: date
    sex: str = ""
    hukou: tuple[Spell, ...] = ()  # codes of areas
    residence: tuple[Spell, ...] = ()
    categories: tuple[Spell, ...] = ()
    economic: tuple[Spell, ...] = ()
    living: tuple[Spell, ...] = ()
    tiers: tuple[Spell, ...] = ()
    father: tuple[Situation, ...] = ()
    mother: tuple[Situation, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    schooling: tuple[Schooling, ...] = ()
    admission: tuple[Spell, ...] = ()
    applications: dict[str, Application] = field(default_factory=dict)
    events: tuple[Happening, ...] = ()
    received: tuple[Receipt, ...] = ()
    paid: tuple[Payment, ...] = ()
    costs: dict[str, Decimal] = field(default_factory=dict)
    fees: tuple[Fee, ...] = ()  # a cost that is not given is what the school charges
    other: dict[str, tuple[Own, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    name: str
    on: date  # first day of the month
    facts: Facts


def begun(facts: Facts, code: str, first: date) -> Facts:
    """Applied for and confirmed early enough to begin with `first`, as people decided."""
    day = shifted(first, -1)
    return replace(facts, applications={**facts.applications, code: Application(day, day)})
