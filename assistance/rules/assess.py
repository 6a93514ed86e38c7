"""What one child is owed in one month, programme by programme, with every reason."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from . import codes
from . import rulebook as r
from .amounts import Child, amount_of, find_standard, rounded
from .asking import application
from .eligibility import Met, is_met, meets
from .facts import Facts
from .months import between, month_of, period_start, shifted
from .overlap import Change, overlaps, paid_once

OLDEST = 50 * 12  # months that are looked back at most


@dataclass(frozen=True)
class Assessment:
    """`amount` is for one payment of the programme, 0 when nothing is owed. `to_open`: what is
    missing from the papers, "application", "confirmation" or "".
    """

    programme: r.Programme
    month: date
    owed: bool
    amount: Decimal
    from_month: date | None
    to_open: str
    met: Met
    standard: r.Standard | None = None
    full_amount: Decimal | None = None  # what the standard gives, before overlap rules
    is_pay_month: bool = True
    is_paid_already: bool = False
    changes: tuple[Change, ...] = ()  # what overlap rules did


@dataclass(frozen=True)
class BackPay:
    """`month` is the first of a period. `missing` is below zero when too much was paid."""

    month: date
    owed: Decimal
    paid: Decimal

    @property
    def missing(self) -> Decimal:
        return self.owed - self.paid


def assess(book: r.Rulebook, facts: Facts, month: date, again: str = "") -> dict[str, Assessment]:
    """By code of programme, in the order of the rulebook, without references.

    `again`: a programme paid once that is asked as if it were not paid yet, the choice being made.
    """
    had = paid_once(book, facts).keys() - {again}
    found = {
        one.code: _alone(book, one, facts, month, one.code in had)
        for one in book.programmes if not one.is_reference
    }  # fmt: skip
    gives = {code: one.amount for code, one in found.items() if one.owed}
    for change in overlaps(book, facts, month, gives):
        one = found[change.programme]
        found[change.programme] = replace(
            one, owed=change.amount > 0, amount=change.amount, changes=(*one.changes, change)
        )
    return found


def _alone(
    book: r.Rulebook, programme: r.Programme, facts: Facts, month: date, is_paid_already: bool
) -> Assessment:
    met = meets(programme, book.rules_of(programme.code), facts, month)
    begins, to_open = start_month(programme, facts)
    has_papers = met.held and not to_open
    from_month = _from_month(book, programme, facts, month, begins) if has_papers else None
    is_pay_month = not programme.pay_months or month.month in programme.pay_months
    child = Child(facts, met.asked, month)
    standard = find_standard(book, programme.code, child) if met.held else None
    exact = amount_of(book, standard, child) if standard else None
    amount = None if exact is None else rounded(exact)
    has_begun = from_month is None or from_month <= month
    owed = met.held and has_begun and is_pay_month and not is_paid_already and bool(amount)
    return Assessment(
        programme, month, owed, amount if owed and amount else Decimal(0), from_month,
        to_open if met.held else "", met, standard, amount, is_pay_month, is_paid_already,
    )  # fmt: skip


def start_month(programme: r.Programme, facts: Facts) -> tuple[date | None, str]:
    """The first month by the papers (None: no paper decides it), and which paper is missing."""
    papers = application(facts, programme.code)
    day, missing = {
        codes.Start.APPLICATION_MONTH: (papers.applied, "application"),
        codes.Start.MONTH_AFTER_APPLICATION: (papers.applied, "application"),
        codes.Start.CONFIRMATION_MONTH: (papers.confirmed, "confirmation"),
        codes.Start.MONTH_AFTER_CONFIRMATION: (papers.confirmed, "confirmation"),
    }.get(codes.Start(programme.starts), (None, ""))
    if day is None:
        return None, "application" if missing and papers.applied is None else missing
    after = programme.starts in (
        codes.Start.MONTH_AFTER_APPLICATION, codes.Start.MONTH_AFTER_CONFIRMATION
    )  # fmt: skip
    return shifted(month_of(day), int(after)), ""


def _from_month(
    book: r.Rulebook, programme: r.Programme, facts: Facts, month: date, begins: date | None
) -> date:
    """First month of the unbroken run up to `month`, not before `begins`."""
    if begins is not None and begins > month:
        return period_start(begins, programme.period_starts)
    rules = book.rules_of(programme.code)
    first = month
    for back in range(1, OLDEST):
        earlier = shifted(month, -back)
        if begins is not None and earlier < begins:
            break
        if programme.pay_months and earlier.month not in programme.pay_months:
            continue  # a month without payment does not break the run
        if not is_met(programme, rules, facts, earlier):
            break
        first = earlier
    if programme.starts == codes.Start.MONTH_AFTER_MET:
        first = shifted(first, 1)
    return period_start(first, programme.period_starts)


def back_pay(
    book: r.Rulebook, programme: r.Programme, facts: Facts, from_month: date | None, month: date
) -> list[BackPay]:
    """The periods for which more or less was paid than is owed: those from `from_month` (None:
    none) to `month`, and those for which anything was paid.
    """
    found, paid = [], _paid(programme, facts, month)
    for start, asked in sorted(_periods(programme, from_month, paid, month).items()):
        owed = assess(book, facts, asked, again=programme.code)[programme.code].amount
        got = paid.get(start, Decimal(0))
        if owed != got:
            found.append(BackPay(start, owed, got))
    return found


def _paid(programme: r.Programme, facts: Facts, month: date) -> dict[date, Decimal]:
    """By first month of the period; what is paid once is one period."""
    paid: dict[date, Decimal] = {}
    mine = [x for x in facts.paid if x.programme == programme.code and x.month <= month]
    for payment in mine:
        start = period_start(payment.month, programme.period_starts)
        if programme.cadence == codes.Cadence.ONCE:
            start = min(x.month for x in mine)
        paid[start] = paid.get(start, Decimal(0)) + payment.amount
    return paid


def _periods(
    programme: r.Programme, from_month: date | None, paid: Collection[date], month: date
) -> dict[date, date]:
    """First month of each period, and the month in which it is asked: its last, or `month`."""
    if programme.cadence == codes.Cadence.ONCE:
        starts = paid or ([from_month] if from_month else [])
        return {start: max(start, month) for start in starts}
    months = {shifted(start, ahead) for start in paid for ahead in range(12)}
    if from_month:
        months |= {shifted(from_month, n) for n in range(between(from_month, month) + 1)}
    last: dict[date, date] = {}
    for one in sorted(months):
        start = period_start(one, programme.period_starts)
        if one <= month and (start in paid or (from_month and start >= from_month)):
            last[start] = one
    return last
