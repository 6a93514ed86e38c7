"""Which child each row of a list is: decided, suggested, or nobody the registry knows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.beside import ahead, beside
from accounts.scope import EVERYTHING, acting
from accounts.uncollected import uncollected
from exchange.models import MatchFigure, MatchVerdict
from exchange.rules.match import Decision, Ground, Scored, Thresholds, decide, ranked
from exchange.rules.match_score import SAME_CHILD, STRANGER, Pattern, Weights, learn

from . import blocks, exact, tables
from .compare import pattern_of
from .decided import Verdicts, decisions
from .facts import Known, Registry, pairs, registry
from .long_list import LongList, unpacked
from .register import CHILDREN, MANY, SOME, Register, register_for
from .result import Candidate, Match
from .sought import Sought, preparing

_KEPT = 8  # candidates of a row that are looked at closely
_AHEAD = 6  # parts of a list made ready while the registry is copied
_NAMES = 30_000  # in use at all: what a name's share is taken from in a small registry


def match_rows(rows: Iterable[Sought], thresholds: Thresholds | None = None) -> list[Match]:
    """A match for each row, in their order. Over the whole registry, whoever asks: what of it may
    be shown to whom is for the caller (`Child.objects.permitted`)."""
    told = exact.Told()
    sought = LongList(told.passing(rows))
    with acting(EVERYTHING), transaction.atomic(), uncollected():
        today = timezone.localdate()
        thresholds = thresholds or MatchFigure.objects.in_force(today)
        verdicts = decisions(sought)
        register = register_for(sought.unnumbered, MANY)
        matches = exact.by_number(told, thresholds, register)
        if sought.unnumbered:
            matches |= exact.by_name(told, thresholds, register)
        for row in verdicts:
            matches.pop(row, None)
        seen = Counter(match.candidates[0].pattern for match in matches.values())
        sought.leave(matches)
        if sought:
            matches |= looked_for(sought, today, thresholds, seen, verdicts, register)
    once = _once_each(matches)
    return [once.get(row) or Match(row, Decision.NEW) for row in sought.order]


class _Near(NamedTuple):
    """A candidate compared: how it agrees, and what is still asked of it."""

    pattern: Pattern
    child_id: int
    case_number: str
    name: str
    carers: list[int]


def looked_for(
    sought: LongList,
    today: date,
    thresholds: Thresholds,
    seen: Counter[Pattern],
    verdicts: Verdicts,
    register: Register = CHILDREN,
) -> dict[int, Match]:
    """`sought` is used up; it is not empty. `seen`: how the rows agree that were matched before;
    more are added and learned from."""
    with beside(len(sought) > tables.PART) as executor:
        parts = sought.parts(tables.PART)
        ready = ahead(executor, partial(_made_ready, today=today), parts, _AHEAD)
        if register is CHILDREN:
            register = register_for(len(sought), SOME)
        names = tables.fill(ready)
    blocks.find_pairs(verdicts, names, register)
    sought.keep(set(blocks.rows_paired()))
    known = registry(register)
    weights = _weights(known)
    found = {}
    prepared = preparing(today)
    for row, candidates in _by_row():
        person, said = prepared(sought.take(row)), verdicts.get(row, {})
        compared = [
            (pattern_of(person, one), one)
            for one in candidates
            if said.get(one.child_id) != MatchVerdict.DISTINCT
        ]
        if not compared:
            continue
        compared.sort(key=lambda pair: -_score(weights, known, pair[0], pair[1].name))
        kept = compared[:_KEPT] + [pair for pair in compared[_KEPT:] if pair[1].child_id in said]
        seen.update(pattern for pattern, _ in kept[:2])
        found[row] = (person.has_own_birth, [
            _Near(pattern, one.child_id, one.case_number, one.name, one.carers)
            for pattern, one in kept
        ])  # fmt: skip
    weights = learn(weights, seen)
    return {
        row: match
        for row, (has_own_birth, nears) in found.items()
        if (
            match := _decided(
                row, has_own_birth, nears, weights, known, thresholds, verdicts.get(row, {})
            )
        )
    }


def _made_ready(part: list[bytes], today: date) -> tables.Blocks:
    return tables.blocks_of(map(preparing(today), map(unpacked, part)))


def _by_row() -> Iterator[tuple[int, list[Known]]]:
    for row, group in groupby(pairs(), key=itemgetter(0)):
        yield row, [known for _, known in group]


def _weights(known: Registry) -> Weights:
    """Chance agreement of places as they are; of the rest as estimated."""
    area = {"VILLAGE": known.same_village, "TOWNSHIP": known.same_township}
    area["COUNTY"] = known.same_county
    area = {level: max(share, 1e-6) for level, share in area.items()}
    area["COUNTY"] = max(area["COUNTY"] - area["TOWNSHIP"], 1e-6)
    area["TOWNSHIP"] = max(area["TOWNSHIP"] - area["VILLAGE"], 1e-6)
    area["ELSEWHERE"] = max(1 - sum(area.values()), 1e-6)
    return Weights(max(known.children, 50), SAME_CHILD, stranger={**STRANGER, "area": area})


def _score(weights: Weights, known: Registry, pattern: Pattern, name: str) -> float:
    times = known.namesakes.get(name, 1)
    return weights.score(pattern, (times + 1) / (known.children + _NAMES))


def _decided(
    row: int,
    has_own_birth: bool,
    nears: list[_Near],
    weights: Weights,
    known: Registry,
    thresholds: Thresholds,
    said: dict[int, MatchVerdict],
) -> Match | None:
    numbers = {one.child_id: one.case_number for one in nears}
    scored = ranked([
        Scored(one.child_id, one.pattern, _score(weights, known, one.pattern, one.name),
               has_own_birth, frozenset(one.carers))
        for one in nears
    ])  # fmt: skip
    same = [one for one in scored if said.get(one.child_id) == MatchVerdict.SAME]
    scored = same + [one for one in scored if one not in same]
    if not same and not _is_worth_asking(scored[0], thresholds):
        return None
    decision, ground = decide(scored, thresholds)
    if same:
        decision, ground = Decision.AUTOMATIC, Ground.DECIDED
    shown = [one for one in scored if one is scored[0] or _is_worth_asking(one, thresholds)]
    return Match(row, decision, ground, tuple(
        Candidate(one.child_id, numbers[one.child_id], one.score, one.pattern)
        for one in shown[:5]
    ))  # fmt: skip


def _is_worth_asking(one: Scored, thresholds: Thresholds) -> bool:
    return one.score >= thresholds.suggested or one.pattern.number == "SAME"


def _once_each(matches: dict[int, Match]) -> dict[int, Match]:
    """No child is two rows: the better claim stands, of equal ones that of the number alone."""
    first: dict[int, Match] = {}
    claims: dict[int, list[Match]] = {}
    automatic = Decision.AUTOMATIC
    for match in matches.values():
        if match.decision is automatic and match.candidates:
            child_id = match.candidates[0].child_id
            before = first.setdefault(child_id, match)
            if before is not match:
                claims.setdefault(child_id, [before]).append(match)
    for rivals in claims.values():
        for loser in _losers(rivals):
            matches[loser.row] = loser._replace(
                decision=Decision.SUGGESTED, ground=Ground.ROW_REPEATED
            )
    return matches


def _losers(rivals: list[Match]) -> list[Match]:
    by_number = [one for one in rivals if one.ground is Ground.DECIDED]
    by_number += [one for one in rivals if one.ground is Ground.NUMBER_AND_NAME]
    kept = (by_number or rivals)[:1] if by_number or len(rivals) == 1 else []
    return [one for one in rivals if one not in kept]
