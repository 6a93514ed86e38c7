"""What a county writes down: programmes, standards, eligibility and overlap rules.

Months are the first day of the month; `ends` is the last month included. Amounts are yuan.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from . import codes
from .conditions import Condition, Pair


@dataclass(frozen=True)
class Source:
    """The document that a rule rests on."""

    document: str = ""
    dated: date | None = None
    is_example: bool = False


@dataclass(frozen=True)
class Programme:
    code: str
    name: str
    name_en: str = ""
    department: str = ""
    cadence: str = codes.Cadence.MONTH
    paid_to: str = codes.PaidTo.FAMILY
    starts: str = codes.Start.MONTH_AFTER_CONFIRMATION
    stops: str = codes.Stop.MONTH_AFTER_EVENT
    stop_events: tuple[str, ...] = codes.ENDS_ALL
    same_month_events: tuple[str, ...] = ()  # these stop it from their own month
    transition_months: int = 0
    transition_events: tuple[str, ...] = ()
    pay_day: int | None = None  # day of the month
    pay_months: tuple[int, ...] = ()  # months of the year in which it is paid; empty is all
    period_starts: tuple[int, ...] = ()  # first months of terms or years
    legal_basis: str = ""
    is_reference: bool = False  # a standard others are counted from; nobody is assessed for it
    source: Source = Source()


@dataclass(frozen=True)
class Scope:
    """Where and when something is in force. Area "" is everywhere."""

    area: str = ""
    starts: date | None = None
    ends: date | None = None

    def covers(self, month: date) -> bool:
        return (not self.starts or self.starts <= month) and (not self.ends or month <= self.ends)


@dataclass(frozen=True)
class Dimensions:
    """Whom a standard is for; what is None or empty is for all."""

    disability: tuple[Pair, ...] = ()
    economic: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    boarding: bool | None = None
    living: str = ""
    tiers: tuple[str, ...] = ()
    when: Condition | None = None

    @property
    def count(self) -> int:
        """How many are stated: the standard with more of them is the closer one."""
        stated = (
            self.disability, self.economic, self.stages, self.boarding is not None, self.living,
            self.tiers, self.when,
        )  # fmt: skip
        return sum(bool(one) for one in stated)


@dataclass(frozen=True)
class Reference:
    """The standard of a programme for this child, some dimensions taken as given here."""

    programme: str
    living: str = ""
    economic: str = ""
    stage: str = ""
    boarding: bool | None = None
    kind: int | None = None
    grade: int | None = None
    tier: str = ""


@dataclass(frozen=True)
class Amount:
    """One formula. FIXED: amount. PERCENT: percent, of. PERCENT_OF_DIFFERENCE: percent, of, less.

    TOP_UP: of, over. ACTUAL: cost (a name in the facts), percent, at_most (None: no limit).
    `at_most` bounds every formula.
    """

    formula: str
    amount: Decimal | None = None
    percent: Decimal = Decimal(100)
    of: Reference | None = None
    less: Reference | None = None
    over: tuple[str, ...] = ()  # empty: all that is received
    cost: str = ""
    at_most: Decimal | None = None


@dataclass(frozen=True)
class Standard:
    programme: str
    amount: Amount
    per: str = codes.Cadence.MONTH
    scope: Scope = Scope()
    dimensions: Dimensions = Dimensions()
    source: Source = Source()
    place: str = field(default="", compare=False)  # in the file


@dataclass(frozen=True)
class EligibilityRule:
    """Of several in force for one programme in one area, one that holds is enough."""

    programme: str
    condition: Condition
    name: str = ""
    scope: Scope = Scope()
    source: Source = Source()
    place: str = field(default="", compare=False)  # in the file


@dataclass(frozen=True)
class OverlapRule:
    """EXCLUDES: who gets one of `programmes` does not get `others`. HIGHER_OF: of `programmes`
    only the highest. TOP_UP: each of `programmes` only over what `others` give (empty: all
    that is received).
    """

    kind: str
    programmes: tuple[str, ...]
    others: tuple[str, ...] = ()
    when: Condition | None = None
    name: str = ""
    scope: Scope = Scope()
    source: Source = Source()
    place: str = field(default="", compare=False)  # in the file


@dataclass(frozen=True)
class Rulebook:
    programmes: tuple[Programme, ...] = ()
    standards: tuple[Standard, ...] = ()
    eligibility: tuple[EligibilityRule, ...] = ()
    overlaps: tuple[OverlapRule, ...] = ()
    by_code: dict[str, Programme] = field(default_factory=dict, compare=False, repr=False)
    _standards: dict[str, list[Standard]] = field(default_factory=dict, compare=False, repr=False)
    _rules: dict[str, list[EligibilityRule]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        self.by_code.update((programme.code, programme) for programme in self.programmes)
        for standard in self.standards:
            self._standards.setdefault(standard.programme, []).append(standard)
        for rule in self.eligibility:
            self._rules.setdefault(rule.programme, []).append(rule)

    def standards_of(self, programme: str) -> list[Standard]:
        return self._standards.get(programme, [])

    def rules_of(self, programme: str) -> list[EligibilityRule]:
        return self._rules.get(programme, [])
