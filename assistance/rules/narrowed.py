"""Of a rulebook only what decides over some programmes; and over which ones a change decides."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from . import codes as c
from .references import referred
from .rulebook import OverlapRule, Rulebook


def affected(before: Rulebook, after: Rulebook) -> frozenset[str]:
    """Programmes of which the one book may owe anything else than the other."""
    both = before.by_code | after.by_code
    found = {code for code in both if _written(before, code) != _written(after, code)}
    for rules, others in ((before, after.overlaps), (after, before.overlaps)):
        for rule in rules.overlaps:
            if rule not in others:
                found.update(rule.programmes, rule.others)
    if not found and before.overlaps != after.overlaps:  # in another order alone
        found.update(before.by_code)
    links = [link for book in (before, after) for link in _leads(book)]
    return frozenset(_reached(found, [(there, here) for here, there in links]))


def written_anew(before: Rulebook, after: Rulebook) -> frozenset[str] | None:
    """Programmes of which a standard, a rule, or what a standard is counted from differs. Children
    who are owed the same of all these before overlap rules are owed the same of everything. None
    where programmes themselves or overlap rules differ: then nothing of the kind can be said.
    """
    if before.by_code != after.by_code or before.overlaps != after.overlaps:
        return None
    found = {code for code in after.by_code if _written(before, code) != _written(after, code)}
    links = [link for book in (before, after) for link in _counted_from(book)]
    return frozenset(_reached(found, [(there, here) for here, there in links]))


def without_overlaps(book: Rulebook) -> Rulebook:
    return Rulebook(book.programmes, book.standards, book.eligibility)


def deciding(book: Rulebook, codes: Collection[str]) -> Rulebook:
    """Owes of `codes` what `book` owes; of other programmes it may owe anything, or nothing."""
    asked = _reached(codes, [link for rule in book.overlaps for link in _between(rule)])
    counted = _reached(asked, _counted_from(book))
    return Rulebook(
        tuple(
            one if one.code in asked else replace(one, is_reference=True)
            for one in book.programmes if one.code in counted
        ),
        tuple(one for one in book.standards if one.programme in counted),
        tuple(one for one in book.eligibility if one.programme in asked),
        tuple(one for one in book.overlaps if any(here in asked for here, _there in _between(one))),
    )  # fmt: skip


def _written(book: Rulebook, code: str) -> tuple[object, ...]:
    return (book.by_code.get(code), book.standards_of(code), book.rules_of(code))


def _leads(book: Rulebook) -> Iterable[tuple[str, str]]:
    """(programme, another one on which its answer rests)."""
    yield from _counted_from(book)
    for rule in book.overlaps:
        yield from _between(rule)


def _counted_from(book: Rulebook) -> list[tuple[str, str]]:
    return [
        (standard.programme, reference.programme)
        for standard in book.standards for reference in referred(standard.amount)
    ]  # fmt: skip


def _between(rule: OverlapRule) -> list[tuple[str, str]]:
    if rule.kind == c.OverlapKind.HIGHER_OF:
        return [(here, there) for here in rule.programmes for there in rule.programmes]
    if rule.kind == c.OverlapKind.EXCLUDES:
        return [(here, there) for here in rule.others for there in rule.programmes]
    return [(here, there) for here in rule.programmes for there in (*rule.others, here)]


def _reached(codes: Iterable[str], links: Collection[tuple[str, str]]) -> set[str]:
    """`codes` and what the links lead to from them, however far."""
    found, ahead = set(codes), list(codes)
    leads: dict[str, list[str]] = {}
    for here, there in links:
        leads.setdefault(here, []).append(there)
    while ahead:
        for code in leads.get(ahead.pop(), ()):
            if code not in found:
                found.add(code)
                ahead.append(code)
    return found
