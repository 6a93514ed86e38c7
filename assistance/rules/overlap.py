"""What may not come together: higher of, excludes, top-up, in this order. Domain 3.3."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from . import codes
from . import rulebook as r
from .amounts import in_a_year
from .asking import Asked, area, receipts
from .eligibility import holds
from .facts import Facts
from .months import last_day

ORDER = (codes.OverlapKind.HIGHER_OF, codes.OverlapKind.EXCLUDES, codes.OverlapKind.TOP_UP)


@dataclass(frozen=True)
class Change:
    """What a rule did: the amount that is left, and because of which other programmes."""

    programme: str
    amount: Decimal
    because_of: tuple[str, ...]
    rule: r.OverlapRule


def paid_once(book: r.Rulebook, facts: Facts) -> dict[str, Decimal]:
    """What was paid under programmes that are paid once, by code: they are not owed again."""
    paid: dict[str, Decimal] = {}
    for one in facts.paid:
        programme = book.by_code.get(one.programme)
        if programme and programme.cadence == codes.Cadence.ONCE:
            paid[one.programme] = paid.get(one.programme, Decimal(0)) + one.amount
    return {code: amount for code, amount in paid.items() if amount > 0}


def overlaps(
    book: r.Rulebook, facts: Facts, month: date, gives: dict[str, Decimal]
) -> Iterator[Change]:
    """`gives`: amount by programme that is owed; what a rule takes away is taken from it."""
    gives = dict(gives)
    for kind in ORDER:
        for rule in book.overlaps:
            if rule.kind == kind and _applies(rule, facts, month):
                for change in RULES[kind](book, rule, facts, month, gives):
                    gives[change.programme] = change.amount
                    if not change.amount:
                        del gives[change.programme]
                    yield change


def _applies(rule: r.OverlapRule, facts: Facts, month: date) -> bool:
    asked = Asked(last_day(month), last_day(month))
    return (
        rule.scope.covers(month)
        and area(facts, asked).startswith(rule.scope.area)
        and (rule.when is None or holds(rule.when, facts, asked))
    )


def _higher_of(
    book: r.Rulebook, rule: r.OverlapRule, facts: Facts, month: date, gives: dict[str, Decimal]
) -> list[Change]:
    """By what they give in a year; of equal ones the first named stays. What was paid once for all
    was chosen.
    """
    there = [code for code in dict.fromkeys(rule.programmes) if code in gives]
    had = paid_once(book, facts)
    if chosen := tuple(code for code in dict.fromkeys(rule.programmes) if code in had):
        return [Change(code, Decimal(0), chosen, rule) for code in there if code not in had]
    if len(there) < 2:
        return []
    highest = max(there, key=lambda code: gives[code] * in_a_year(book.by_code[code]))
    return [Change(code, Decimal(0), (highest,), rule) for code in there if code != highest]


def _excludes(
    book: r.Rulebook, rule: r.OverlapRule, facts: Facts, month: date, gives: dict[str, Decimal]
) -> list[Change]:
    received = {one.programme for one in receipts(facts, month)} | paid_once(book, facts).keys()
    because = tuple(code for code in rule.programmes if code in gives or code in received)
    if not because:
        return []
    out = [code for code in dict.fromkeys(rule.others) if code in gives and code not in because]
    return [Change(code, Decimal(0), because, rule) for code in out]


def _top_up(
    book: r.Rulebook, rule: r.OverlapRule, facts: Facts, month: date, gives: dict[str, Decimal]
) -> list[Change]:
    """Over what is received; a programme of `others` not yet received counts with what is owed, one
    that is paid once with what was paid.
    """
    found, had = [], paid_once(book, facts)
    for code in dict.fromkeys(rule.programmes):
        if code not in gives:
            continue
        over: dict[str, Decimal] = {}
        for one in receipts(facts, month):
            if one.programme != code and (not rule.others or one.programme in rule.others):
                over[one.programme] = over.get(one.programme, Decimal(0)) + one.amount
        for other in rule.others:
            if other != code and (other in gives or other in had):
                over.setdefault(other, gives.get(other, had.get(other, Decimal(0))))
        if over:
            left = max(gives[code] - sum(over.values()), Decimal(0))
            found.append(Change(code, left, tuple(over), rule))
    return found


RULES = {
    codes.OverlapKind.HIGHER_OF: _higher_of,
    codes.OverlapKind.EXCLUDES: _excludes,
    codes.OverlapKind.TOP_UP: _top_up,
}
