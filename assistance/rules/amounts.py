"""Which standard is for a child in a month, and what its formula gives. Not rounded."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from . import codes
from . import rulebook as r
from .asking import Asked, area, economic, lasts, living, receipts, schooling, valid, values
from .conditions import Pair
from .eligibility import holds
from .facts import Certificate, Diagnosis, Facts
from .reading import FEN
from .school_fee import charged

AS_IS = r.Reference("")


@dataclass(frozen=True)
class Child:
    """The child as standards ask: on the day that decided, with what a reference takes as given."""

    facts: Facts
    asked: Asked
    month: date
    as_if: r.Reference = AS_IS


def rounded(amount: Decimal) -> Decimal:
    """To the fen, half a fen up."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def find_standard(book: r.Rulebook, programme: str, child: Child) -> r.Standard | None:
    """Nearest area, then most dimensions, then latest month, then the higher fixed amount."""
    place = area(child.facts, child.asked)
    fitting = [
        one for one in book.standards_of(programme)
        if one.scope.covers(child.month) and place.startswith(one.scope.area)
        and fits(one.dimensions, child)
    ]  # fmt: skip
    return max(fitting, key=rank, default=None)


def rank(one: r.Standard) -> tuple[int, int, date, Decimal]:
    """The highest goes before."""
    return (
        len(one.scope.area), one.dimensions.count, one.scope.starts or date.min,
        one.amount.amount or Decimal(0),
    )  # fmt: skip


def fits(of: r.Dimensions, child: Child) -> bool:
    facts, asked, as_if = child.facts, child.asked, child.as_if
    return (
        (not of.disability or _is_so_disabled(of.disability, child))
        and (not of.economic or _any(of.economic, as_if.economic, economic(facts, asked)))
        and (not of.living or _any((of.living,), as_if.living, living(facts, asked)))
        and (not of.tiers or _any(of.tiers, as_if.tier, values(facts.tiers, asked)))
        and (not (of.stages or of.boarding is not None) or _learns_so(of, child))
        and (of.when is None or holds(of.when, facts, asked))
    )


def _any(wanted: tuple[str, ...], given: str, found: tuple[str, ...]) -> bool:
    return given in wanted if given else bool(set(wanted) & set(found))


def _is_so_disabled(pairs: tuple[Pair, ...], child: Child) -> bool:
    """By certificate; by diagnosis when there is no valid one."""
    kind, grade = child.as_if.kind, child.as_if.grade
    if kind is not None and grade is not None:
        return any(pair.fits(kind, grade) for pair in pairs)
    proofs: list[Certificate | Diagnosis] = [*valid(child.facts, child.asked)] or [
        one for one in child.facts.diagnoses if lasts(one, child.asked)
    ]
    found: list[tuple[int | None, int | None]] = [(one.kind, one.grade) for one in proofs]
    if kind is not None or grade is not None:
        found = [(kind or k, grade or g) for k, g in found or [(None, None)]]
    return any(pair.fits(k, g) for pair in pairs for k, g in found)


def _learns_so(of: r.Dimensions, child: Child) -> bool:
    """One enrolment fits both; a stage or boarding taken as given replaces its own."""
    as_if = child.as_if
    found = [(one.stage, one.boarding) for one in schooling(child.facts, child.asked)]
    if as_if.stage or as_if.boarding is not None:
        boards = as_if.boarding
        found = [
            (as_if.stage or stage, boarding if boards is None else boards)
            for stage, boarding in found or [("", False)]
        ]
    return any(
        (not of.stages or stage in of.stages) and (of.boarding is None or of.boarding == boarding)
        for stage, boarding in found
    )


def amount_of(book: r.Rulebook, standard: r.Standard, child: Child) -> Decimal | None:
    """For one payment of the programme. None when a standard or cost it rests on is missing."""
    of = standard.amount
    amount = _formula(book, standard, child)
    if amount is None:
        return None
    amount = max(amount, Decimal(0))
    if of.at_most is not None:
        amount = min(amount, of.at_most)
    return amount / parts(book.by_code[standard.programme], standard.per)


def parts(programme: r.Programme, per: str) -> int:
    """Into how many payments the amount of a standard is divided."""
    if per == programme.cadence:
        return 1
    if programme.cadence == codes.Cadence.TERM:
        return len(programme.period_starts)
    return len(programme.pay_months) or 12


def in_a_year(programme: r.Programme) -> int:
    """How many payments a year has."""
    return {
        codes.Cadence.MONTH: len(programme.pay_months) or 12,
        codes.Cadence.TERM: len(programme.period_starts),
    }.get(codes.Cadence(programme.cadence), 1)


def times(book: r.Rulebook, standard: r.Standard, of: r.Reference) -> int:
    """How many payments of the other programme a standard is counted from: one, or, where it is
    divided itself, those of a year.
    """
    is_divided = standard.per != book.by_code[standard.programme].cadence
    return in_a_year(book.by_code[of.programme]) if is_divided else 1


def _formula(book: r.Rulebook, standard: r.Standard, child: Child) -> Decimal | None:
    of = standard.amount
    match of.formula:
        case codes.Formula.FIXED:
            return of.amount
        case codes.Formula.ACTUAL:
            cost = child.facts.costs.get(of.cost)
            cost = _charged(book, standard, child) if cost is None else cost
            return None if cost is None else cost * of.percent / 100
        case codes.Formula.TOP_UP:
            target = of.amount if of.of is None else _referred(book, of.of, child, standard)
            return None if target is None else target - _received(of.over, standard, child)
    whole = _referred(book, of.of, child, standard) if of.of else None
    less = _referred(book, of.less, child, standard) if of.less else Decimal(0)
    return None if whole is None or less is None else (whole - less) * of.percent / 100


def _charged(book: r.Rulebook, standard: r.Standard, child: Child) -> Decimal | None:
    """By the school where the child is enrolled; the highest of several."""
    programme = book.by_code[standard.programme]
    there = {(one.school, one.stage) for one in schooling(child.facts, child.asked)}
    found = [
        charged(fee, programme) for fee in child.facts.fees
        if fee.what == standard.amount.cost and (fee.school, fee.stage) in there
        and fee.starts <= child.month and (fee.ends is None or child.month <= fee.ends)
    ]  # fmt: skip
    amount = max((one for one in found if one is not None), default=None)
    is_divided = standard.per != programme.cadence
    return amount * in_a_year(programme) if amount is not None and is_divided else amount


def _received(over: tuple[str, ...], standard: r.Standard, child: Child) -> Decimal:
    return sum(
        (
            one.amount
            for one in receipts(child.facts, child.month)
            if (one.programme in over if over else one.programme != standard.programme)
        ),
        Decimal(0),
    )


def _referred(
    book: r.Rulebook, reference: r.Reference, child: Child, by: r.Standard
) -> Decimal | None:
    other = replace(child, as_if=reference)
    standard = find_standard(book, reference.programme, other)
    amount = None if standard is None else amount_of(book, standard, other)
    return None if amount is None else amount * times(book, by, reference)
