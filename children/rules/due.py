"""What is due for a child by its file: the next visit, the next call, the next re-verification.

How often, by risk, are rows of `children.models.Cadence`. A visit that comes no later than the call
makes the call unnecessary. `children.models.due_sql` says the same in SQL, for all children at
once; certificates and ages are told on the child's page (`children.models.overview`).
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# What a re-verification looks at: facts that are confirmed one by one.
KEY_FACTS = ("RESIDENCE", "CARER", "PARENTS", "HOUSEHOLD", "CATEGORIES")


class Kind(StrEnum):
    VISIT = "VISIT"
    CALL = "CALL"
    VERIFY = "VERIFY"


class Reason(StrEnum):
    FIRST = "FIRST"  # never before
    REGULAR = "REGULAR"
    FOLLOW_UP = "FOLLOW_UP"  # agreed for that day
    SECOND_TRY = "SECOND_TRY"  # nobody was met


@dataclass(frozen=True)
class Visit:
    """What the cadence asks of a visit or call; `number` orders those of one day."""

    number: int
    on: date
    is_home: bool
    outcome: str
    next_on: date | None = None

    @property
    def is_done(self) -> bool:
        """The child was met at home."""
        return self.is_home and self.outcome == "MET"

    @property
    def is_spoken(self) -> bool:
        return self.outcome in ("MET", "GUARDIAN_ONLY")

    @property
    def is_in_vain(self) -> bool:
        return self.is_home and self.outcome in ("NOT_AT_HOME", "REFUSED")


@dataclass(frozen=True)
class Figures:
    """Days, and months, of the risk in force."""

    first_visit_days: int
    visit_days: int
    call_days: int
    verify_months: int
    second_try_days: int


@dataclass(frozen=True)
class Facts:
    """What the visits of a child come to."""

    last_visit_on: date | None = None
    last_spoken_on: date | None = None
    tried_on: tuple[date, ...] = ()  # at home in vain, since the child was met there; oldest first
    agreed_visit: date | None = None
    agreed_call: date | None = None


@dataclass(frozen=True)
class Work:
    """`was_on`: the day before it was put off, which names the cause."""

    kind: Kind
    on: date
    reason: Reason
    was_on: date


def facts_of(visits: Sequence[Visit]) -> Facts:
    ordered = sorted(visits, key=lambda row: (row.on, row.number))
    since_met = _since(ordered, lambda row: row.is_done)
    since_spoken = _since(ordered, lambda row: row.is_spoken)
    done = [row.on for row in ordered if row.is_done]
    spoken = [row.on for row in ordered if row.is_spoken]
    return Facts(
        last_visit_on=done[-1] if done else None,
        last_spoken_on=spoken[-1] if spoken else None,
        tried_on=tuple(row.on for row in since_met if row.is_in_vain),
        agreed_visit=_agreed(row for row in since_met if row.is_home),
        agreed_call=_agreed(row for row in since_spoken if not row.is_home),
    )


def _since(rows: Sequence[Visit], done: Callable[[Visit], bool]) -> Sequence[Visit]:
    """From the last that did it on, itself included."""
    return rows[max((i for i, row in enumerate(rows) if done(row)), default=0) :]


def _agreed(rows: object) -> date | None:
    """The day agreed last."""
    days = [row.next_on for row in rows if row.next_on]  # type: ignore[attr-defined]
    return days[-1] if days else None


def next_work(
    *, opened_on: date, facts: Facts, verified_on: date, figures: Figures,
    put_off: Mapping[tuple[str, date], date],
) -> list[Work]:  # fmt: skip
    """One piece of work of each kind at the most; `put_off`: (kind, its day) → the later day.

    `verified_on`: when the key fact that was confirmed longest ago was confirmed.
    """

    def work(kind: Kind, on: date, reason: Reason) -> Work:
        return Work(kind, max(on, put_off.get((kind.value, on), on)), reason, on)

    visit = work(Kind.VISIT, *_visit(opened_on, facts, figures))
    call = work(Kind.CALL, *_call(opened_on, facts, figures))
    verify = work(Kind.VERIFY, add_months(verified_on, figures.verify_months), Reason.REGULAR)
    if visit.on <= call.was_on:
        return [visit, verify]
    return [visit, call, verify]


def _visit(opened_on: date, facts: Facts, figures: Figures) -> tuple[date, Reason]:
    if facts.tried_on:
        second = facts.tried_on[0] + timedelta(days=figures.second_try_days)
        return min(second, facts.agreed_visit or second), Reason.SECOND_TRY
    if facts.last_visit_on is None:
        on, reason = opened_on + timedelta(days=figures.first_visit_days), Reason.FIRST
    else:
        on, reason = facts.last_visit_on + timedelta(days=figures.visit_days), Reason.REGULAR
    if facts.agreed_visit and facts.agreed_visit <= on:
        return facts.agreed_visit, Reason.FOLLOW_UP
    return on, reason


def _call(opened_on: date, facts: Facts, figures: Figures) -> tuple[date, Reason]:
    on = (facts.last_spoken_on or opened_on) + timedelta(days=figures.call_days)
    if facts.agreed_call and facts.agreed_call <= on:
        return facts.agreed_call, Reason.FOLLOW_UP
    return on, Reason.REGULAR


def add_months(day: date, months: int) -> date:
    """The same day of the month, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
