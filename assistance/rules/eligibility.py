"""Who meets the conditions of a programme in a month, and which rule and day decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from . import codes
from . import conditions as c
from . import rulebook as r
from .asking import Answer, Asked, area, ask
from .facts import Facts, Happening
from .months import last_day, month_of, period_start, shifted


@dataclass(frozen=True)
class Line:
    """One condition of a rule. `held` says whether it speaks for the child, `not` reckoned in."""

    leaf: c.Leaf
    is_negated: bool
    answer: Answer
    held: bool


@dataclass(frozen=True)
class Met:
    """The rule and the day that decided; `rule` is None when none is in force there.

    `place`: the area whose rules were asked, "" when none is known.
    """

    held: bool
    asked: Asked
    rule: r.EligibilityRule | None = None
    lines: tuple[Line, ...] = ()
    stopped_by: Happening | None = None
    transition_by: Happening | None = None
    place: str = ""
    is_born: bool = True


def holds(condition: c.Condition, facts: Facts, asked: Asked) -> bool:
    match condition:
        case c.All(parts):
            return all(holds(part, facts, asked) for part in parts)
        case c.AnyOf(parts):
            return any(holds(part, facts, asked) for part in parts)
        case c.Not(part):
            return not holds(part, facts, asked)
        case _:
            return ask(condition, facts, asked).held


def lines(
    condition: c.Condition, facts: Facts, asked: Asked, is_negated: bool = False
) -> Iterator[Line]:
    match condition:
        case c.All(parts) | c.AnyOf(parts):
            for part in parts:
                yield from lines(part, facts, asked, is_negated)
        case c.Not(part):
            yield from lines(part, facts, asked, not is_negated)
        case _:
            answer = ask(condition, facts, asked)
            yield Line(condition, is_negated, answer, answer.held != is_negated)


def nearest(rules: list[r.EligibilityRule], month: date, place: str) -> list[r.EligibilityRule]:
    """Those in force of the nearest area that encloses the child."""
    there = [x for x in rules if x.scope.covers(month) and place.startswith(x.scope.area)]
    closest = max((len(x.scope.area) for x in there), default=0)
    return [x for x in there if len(x.scope.area) == closest]


def meets(programme: r.Programme, rules: list[r.EligibilityRule], facts: Facts, month: date) -> Met:
    """`rules` are those of the programme. The last day of the month is asked first."""
    if facts.birth_date > last_day(month):
        asked = Asked(last_day(month), last_day(month), programme.code)
        return Met(False, asked, is_born=False)
    tried = []
    for asked, transition in _days(programme, facts, month):
        met = _on(programme, rules, facts, month, asked, transition)
        if met.held:
            return met
        tried.append(met)
    return tried[0]


def is_met(
    programme: r.Programme, rules: list[r.EligibilityRule], facts: Facts, month: date
) -> bool:
    """What `meets` says, without the reasons: a month in a tenth of the time."""
    return facts.birth_date <= last_day(month) and any(
        _stopped(programme, facts, month, asked, transition) is None
        and any(
            _rule_holds(rule, facts, asked, transition)
            for rule in nearest(rules, month, area(facts, asked))
        )
        for asked, transition in _days(programme, facts, month)
    )


def _days(
    programme: r.Programme, facts: Facts, month: date
) -> Iterator[tuple[Asked, Happening | None]]:
    days = list(_ordinary_days(programme, month))
    yield from ((asked, None) for asked in days)
    for event in facts.events:
        if event.kind in programme.transition_events and _in_transition(programme, event, month):
            for asked in days:
                yield Asked(asked.day, asked.until, programme.code, frozen=event.on), event


def _ordinary_days(programme: r.Programme, month: date) -> Iterator[Asked]:
    last = last_day(month)
    if programme.stops == codes.Stop.SAME_MONTH:
        yield Asked(last, last + timedelta(days=1), programme.code)
        return
    yield Asked(last, last, programme.code)
    first = month
    if programme.stops == codes.Stop.PERIOD_AFTER_EVENT:
        first = period_start(month, programme.period_starts)
    yield Asked(first, first, programme.code)


def _in_transition(programme: r.Programme, event: Happening, month: date) -> bool:
    """Also in the month of the event, which is owed anyhow unless it stops in its own month."""
    at_once = programme.stops == codes.Stop.SAME_MONTH or event.kind in programme.same_month_events
    stops = shifted(month_of(event.on), 0 if at_once else 1)
    return month_of(event.on) <= month < shifted(stops, programme.transition_months)


def _on(
    programme: r.Programme, rules: list[r.EligibilityRule], facts: Facts, month: date,
    asked: Asked, transition: Happening | None,
) -> Met:  # fmt: skip
    place = area(facts, asked)
    in_force = nearest(rules, month, place)
    stop = _stopped(programme, facts, month, asked, transition)
    held = [rule for rule in in_force if _rule_holds(rule, facts, asked, transition)]
    rule = held[0] if held else _closest(in_force, facts, asked)
    found = tuple(lines(rule.condition, facts, asked)) if rule else ()
    return Met(bool(held) and stop is None, asked, rule, found, stop, transition, place)


def _rule_holds(
    rule: r.EligibilityRule, facts: Facts, asked: Asked, transition: Happening | None
) -> bool:
    """In a transition the conditions held on the day of the event, too."""
    if transition is not None:
        then = Asked(transition.on, transition.on, asked.programme)
        if not holds(rule.condition, facts, then):
            return False
    return holds(rule.condition, facts, asked)


def _closest(
    rules: list[r.EligibilityRule], facts: Facts, asked: Asked
) -> r.EligibilityRule | None:
    """Of rules that do not hold the one that fails at the fewest conditions."""
    return min(
        rules,
        key=lambda rule: sum(not line.held for line in lines(rule.condition, facts, asked)),
        default=None,
    )


def _stopped(
    programme: r.Programme, facts: Facts, month: date, asked: Asked, transition: Happening | None
) -> Happening | None:
    """The event that ends it; on its own day the old state still counts, see `Asked`."""
    for event in facts.events:
        if event == transition or event.programme not in ("", programme.code):
            continue
        at_once = event.kind in programme.same_month_events
        if not (at_once or event.programme or event.kind in programme.stop_events):
            continue
        before = last_day(month) + timedelta(days=1) if at_once else asked.until
        is_over = event.until is not None and event.until < asked.day
        if event.on < before and not is_over:
            return event
    return None
