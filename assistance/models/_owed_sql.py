"""Rules as SQL over all children: who meets a programme, by which rule and standard, for how much.

The meaning is that of `rules.eligibility`, `rules.amounts` and `rules.overlap`; a test of random
children and rules demands that both agree.
"""

from datetime import date, timedelta
from decimal import Decimal

from assistance.rules import codes
from assistance.rules import rulebook as r
from assistance.rules.amounts import parts, rank
from assistance.rules.months import last_day, period_start, shifted
from assistance.rules.overlap import ORDER, in_a_year

from . import _facts_sql as sql
from ._facts_sql import literal, literals
from .child_facts import APPLIED

AREA = "coalesce(c.hukou_area_id, c.residence_area_id)"


def programme(book: r.Rulebook, of: r.Programme, month: date) -> str:
    """A lateral query over `c`: at most one row with rule, standard (places) and amount.

    The amount is that of one payment, rounded, null when nothing is owed in the month.
    """
    owed = f"({_amount_column(book, of, month)})"
    return (
        f"(SELECT met.rule, s.standard, CASE WHEN {_may_be_paid(of, month)} AND {owed} > 0"
        f" THEN round({owed}, 2) END AS amount, {_to_open(of)} AS to_open"
        f" FROM {_papers(of)} app CROSS JOIN LATERAL {_met(book, of, month)} met"
        f" CROSS JOIN LATERAL (SELECT {_standard(book, of, month)} AS standard"
        " FROM (SELECT met.day, met.until, met.frozen) a) s"
        f" WHERE {_has_begun(book, of, month)})"
    )


# Papers: application and confirmation -------------------------------------------------------------


def _papers(of: r.Programme) -> str:
    def first(column: str) -> str:
        return f"min((e.{column} AT TIME ZONE 'Asia/Shanghai')::date) AS"

    return (
        f"(SELECT {first('proposed_at')} applied, {first('confirmed_at')} confirmed"
        " FROM assistance_entitlement e JOIN assistance_programme p ON p.id = e.programme_id"
        f" WHERE e.child_id = c.id AND p.code = {literal(of.code)}"
        f" AND e.state IN ({literals(APPLIED)}))"
    )


PAPER = {
    codes.Start.APPLICATION_MONTH: ("applied", 0),
    codes.Start.MONTH_AFTER_APPLICATION: ("applied", 1),
    codes.Start.CONFIRMATION_MONTH: ("confirmed", 0),
    codes.Start.MONTH_AFTER_CONFIRMATION: ("confirmed", 1),
}


def _to_open(of: r.Programme) -> str:
    if of.starts not in PAPER:
        return "''"
    if PAPER[codes.Start(of.starts)][0] == "applied":
        return "CASE WHEN app.applied IS NULL THEN 'application' ELSE '' END"
    return (
        "CASE WHEN app.confirmed IS NOT NULL THEN '' WHEN app.applied IS NULL THEN 'application'"
        " ELSE 'confirmation' END"
    )


def _has_begun(book: r.Rulebook, of: r.Programme, month: date) -> str:
    """Begun in the month, or in the term or year that the month lies in."""
    if of.starts == codes.Start.MONTH_AFTER_MET:
        before = shifted(month, -1)
        while of.pay_months and before.month not in of.pay_months:
            before = shifted(before, -1)
        if period_start(shifted(month, 1), of.period_starts) <= month:
            return "true"
        return f"EXISTS (SELECT FROM {_met(book, of, before)} earlier)"
    if of.starts not in PAPER:
        return "true"
    column, after = PAPER[codes.Start(of.starts)]
    following = shifted(month, 1)
    while of.period_starts and following.month not in of.period_starts:
        following = shifted(following, 1)
    limit = shifted(following, -after)
    return f"(app.{column} IS NULL OR app.{column} < {literal(limit)})"


# Which day and rule decide ------------------------------------------------------------------------


def _met(book: r.Rulebook, of: r.Programme, month: date) -> str:
    """At most one row: day, until, frozen, rule."""
    days = _ordinary_days(of, month)
    plain = " UNION ALL ".join(
        f"SELECT {n} AS n, {literal(day)} AS day, {literal(until)} AS until,"
        " NULL::date AS frozen, ''::text AS kind"
        for n, (day, until) in enumerate(days)
    )
    return (
        "(SELECT a.day, a.until, a.frozen, chosen.rule"
        f" FROM ({plain}{_transitions(of, month, days)}) a"
        f" CROSS JOIN LATERAL (SELECT {_rule(book, of, month)} AS rule) chosen"
        f" WHERE c.birth_date <= {literal(last_day(month))} AND chosen.rule IS NOT NULL"
        f" AND NOT {_stopped(of, month)} ORDER BY a.n LIMIT 1)"
    )


def _ordinary_days(of: r.Programme, month: date) -> list[tuple[date, date]]:
    last = last_day(month)
    if of.stops == codes.Stop.SAME_MONTH:
        return [(last, last + timedelta(days=1))]
    first = month
    if of.stops == codes.Stop.PERIOD_AFTER_EVENT:
        first = period_start(month, of.period_starts)
    return [(last, last), (first, first)]


def _transitions(of: r.Programme, month: date, days: list[tuple[date, date]]) -> str:
    """The same days with parents and categories as on the day of an event."""
    if not of.transition_events or not of.transition_months:
        return ""
    at_once = list(of.transition_events) if of.stops == codes.Stop.SAME_MONTH else [
        kind for kind in of.transition_events if kind in of.same_month_events
    ]  # fmt: skip
    # The event's month plus 1 (0 when it stops at once) plus the transition lies after `month`.
    extra = f"CASE WHEN {_in('e.kind', at_once)} THEN 0 ELSE 1 END" if at_once else "1"
    event_month = "date_trunc('month', e.happened_on::timestamp)::date"
    ends = f"({event_month} + make_interval(months => {extra} + {of.transition_months}))"
    values = ", ".join(f"({n}, {literal(d)}, {literal(u)})" for n, (d, u) in enumerate(days))
    return (
        " UNION ALL SELECT 10 + 2 * row_number() OVER (ORDER BY e.happened_on, e.kind, q.n),"
        f" q.day, q.until, e.happened_on, e.kind::text FROM {sql.EVENTS} e"
        f" CROSS JOIN (VALUES {values}) q(n, day, until)"
        f" WHERE {_in('e.kind', of.transition_events)} AND {event_month} <= {literal(month)}"
        f" AND {literal(month)} < {ends}"
    )


def _in(column: str, values: object) -> str:
    found = list(values)  # type: ignore[call-overload]
    return f"{column} IN ({literals(found)})" if found else "false"


def _rule(book: r.Rulebook, of: r.Programme, month: date) -> str:
    """Place of the first rule of the nearest area that holds; null when none does."""
    by_area: dict[str, list[r.EligibilityRule]] = {}
    for rule in book.rules_of(of.code):
        if rule.scope.covers(month):
            by_area.setdefault(rule.scope.area, []).append(rule)
    if not by_area:
        return "NULL::text"
    cases = " ".join(
        f"WHEN starts_with({AREA}, {literal(area)}) THEN {_first_that_holds(of, by_area[area])}"
        for area in sorted(by_area, key=len, reverse=True)
    )
    return f"CASE {cases} END"


def _first_that_holds(of: r.Programme, rules: list[r.EligibilityRule]) -> str:
    cases = []
    for rule in rules:
        holds = sql.condition(rule.condition)
        if of.transition_events and of.transition_months:
            then = sql.condition(rule.condition, sql.ON_EVENT)
            holds = f"{holds} AND (a.frozen IS NULL OR {then})"
        cases.append(f"WHEN {holds} THEN {literal(rule.place)}")
    return f"CASE {' '.join(cases)} END"


def _stopped(of: r.Programme, month: date) -> str:
    kinds = {*of.stop_events, *of.same_month_events}
    if not kinds:
        return "false"
    before = literal(shifted(month, 1))
    at_once = _in("e.kind", of.same_month_events)
    return (
        f"EXISTS (SELECT FROM {sql.EVENTS} e WHERE {_in('e.kind', sorted(kinds))}"
        f" AND e.happened_on < CASE WHEN {at_once} THEN {before} ELSE a.until END"
        " AND (e.happened_on, e.kind) IS DISTINCT FROM (a.frozen, a.kind))"
    )


# Standards and amounts ----------------------------------------------------------------------------


def _may_be_paid(of: r.Programme, month: date) -> str:
    return literal(not of.pay_months or month.month in of.pay_months)


def _candidates(book: r.Rulebook, code: str, month: date) -> list[r.Standard]:
    """The one that goes before stands first."""
    there = [one for one in book.standards_of(code) if one.scope.covers(month)]
    return sorted(there, key=rank, reverse=True)


def _standard(book: r.Rulebook, of: r.Programme, month: date) -> str:
    cases = " ".join(
        f"WHEN {_fits(one, r.Reference(''))} THEN {literal(one.place)}"
        for one in _candidates(book, of.code, month)
    )
    return f"CASE {cases} END" if cases else "NULL::text"


def _fits(one: r.Standard, as_if: r.Reference) -> str:
    of = one.dimensions
    parts = [f"starts_with({AREA}, {literal(one.scope.area)})"] if one.scope.area else []
    if of.disability:
        parts.append(_disabled(of, as_if))
    if of.economic:
        parts.append(_given(as_if.economic, of.economic) or sql.economic(of.economic, sql.ASKED))
    if of.living:
        parts.append(_given(as_if.living, (of.living,)) or sql.living([of.living], sql.ASKED))
    if of.tiers:
        parts.append(_given(as_if.tier, of.tiers) or "false")
    if of.stages or of.boarding is not None:
        parts.append(_learns(of, as_if))
    if of.when is not None:
        parts.append(sql.condition(of.when))
    return "(" + (" AND ".join(parts) or "true") + ")"


def _given(value: str, among: tuple[str, ...]) -> str:
    return literal(value in among) if value else ""


def _disabled(of: r.Dimensions, as_if: r.Reference) -> str:
    kind = literal(as_if.kind) if as_if.kind is not None else "x.kind"
    grade = literal(as_if.grade) if as_if.grade is not None else "x.grade"
    if as_if.kind is not None and as_if.grade is not None:
        return sql.pairs(of.disability, kind, grade)
    fits = sql.pairs(of.disability, kind, grade)
    nothing = any(pair.fits(as_if.kind, as_if.grade) for pair in of.disability)
    is_told = as_if.kind is not None or as_if.grade is not None
    days = sql.ASKED
    return (
        f"CASE WHEN {sql.valid_certificate(days)} THEN {sql.valid_certificate(days, fits)}"
        f" WHEN {sql.diagnosis(days)} THEN {sql.diagnosis(days, fits)}"
        f" ELSE {literal(is_told and nothing)} END"
    )


def _learns(of: r.Dimensions, as_if: r.Reference) -> str:
    stage = literal(as_if.stage) if as_if.stage else "x.stage"
    boards = literal(as_if.boarding) if as_if.boarding is not None else "x.is_boarding"

    def fits(stage: str, boards: str) -> str:
        return (
            (f"{stage} IN ({literals(of.stages)})" if of.stages else "true")
            + (f" AND {boards} = {literal(of.boarding)}" if of.boarding is not None else "")
        )  # fmt: skip

    there = sql.enrolled(sql.ASKED, fits(stage, boards))
    if not as_if.stage and as_if.boarding is None:
        return there
    without = fits(
        stage if as_if.stage else "''", boards if as_if.boarding is not None else "false"
    )
    return f"CASE WHEN {sql.enrolled(sql.ASKED)} THEN {there} ELSE ({without}) END"


def _amount_column(book: r.Rulebook, of: r.Programme, month: date) -> str:
    """By the standard that was chosen, in the days that decided."""
    cases = " ".join(
        f"WHEN {literal(one.place)} THEN {_amount(book, one, month)}"
        for one in _candidates(book, of.code, month)
    )
    if not cases:
        return "NULL::numeric"
    return f"SELECT CASE s.standard {cases} END FROM (SELECT met.day, met.until, met.frozen) a"


def _amount(book: r.Rulebook, one: r.Standard, month: date) -> str:
    """Numeric, null when something it is counted from is missing."""
    formula = f"greatest({_formula(book, one, month)}, 0)"
    if one.amount.formula != codes.Formula.FIXED:  # greatest passes over null
        formula = f"(SELECT greatest(v, 0) FROM (SELECT {_formula(book, one, month)} AS v) f"
        formula += " WHERE v IS NOT NULL)"
    if one.amount.at_most is not None:
        formula = f"(SELECT least(v, {one.amount.at_most}) FROM (SELECT {formula} AS v) f"
        formula += " WHERE v IS NOT NULL)"
    of = book.by_code[one.programme]
    return f"({formula} / {parts(of, one.per)}::numeric)"


def _formula(book: r.Rulebook, one: r.Standard, month: date) -> str:
    of = one.amount
    if of.formula == codes.Formula.ACTUAL:
        return "NULL::numeric"  # the register holds no costs
    if of.of is None:
        return f"{of.amount}::numeric"
    whole = _referred(book, of.of, month)
    if of.formula == codes.Formula.TOP_UP:
        return whole  # the register holds no money from elsewhere
    less = _referred(book, of.less, month) if of.less else "0"
    return f"({whole} - {less}) * {of.percent} / {Decimal(100)}"


def _referred(book: r.Rulebook, reference: r.Reference, month: date) -> str:
    cases = " ".join(
        f"WHEN {_fits(one, reference)} THEN {_amount(book, one, month)}"
        for one in _candidates(book, reference.programme, month)
    )
    return f"(CASE {cases} END)" if cases else "NULL::numeric"


# All programmes and what may not come together ----------------------------------------------------


def everything(book: r.Rulebook, month: date, where: str = "true") -> str:
    """One row for each child and programme that is owed: child_id, programme, amount, …

    One statement; overlap rules are layers over one another, each over all children.
    """
    asked = [one for one in book.programmes if not one.is_reference]
    number = {one.code: i for i, one in enumerate(asked)}
    joins = " ".join(
        f"LEFT JOIN LATERAL {programme(book, one, month)} p{i} ON true"
        for i, one in enumerate(asked)
    )
    rules = [
        one for kind in ORDER for one in book.overlaps
        if one.kind == kind and one.scope.covers(month)
    ]  # fmt: skip
    last = literal(last_day(month))
    flags = "".join(f", {_applies(one)} AS w{k}" for k, one in enumerate(rules))
    kept = "".join(
        f", p{i}.amount AS a{i}, p{i}.rule AS r{i}, p{i}.standard AS s{i}, p{i}.to_open AS o{i}"
        for i in range(len(asked))
    )
    rows = (
        f"SELECT c.id{kept}{flags} FROM children_child c CROSS JOIN"
        f" (SELECT {last} AS day, {last} AS until, NULL::date AS frozen) a CROSS JOIN"
        f" (SELECT NULL::date AS applied, NULL::date AS confirmed) app {joins} WHERE {where}"
    )
    for k, one in enumerate(rules):
        rows = _layer(rows, one, k, number, asked, len(rules))
    lines = ", ".join(
        f"({literal(one.code)}, a{i}, r{i}, s{i}, o{i})" for i, one in enumerate(asked)
    )
    return (
        "SELECT o.id AS child_id, v.programme, v.amount, v.rule, v.standard, v.to_open"
        f" FROM ({rows}) o CROSS JOIN LATERAL (VALUES {lines})"
        " v(programme, amount, rule, standard, to_open) WHERE v.amount > 0"
    )


def _applies(rule: r.OverlapRule) -> str:
    when = sql.condition(rule.when) if rule.when is not None else "true"
    return f"(starts_with({AREA}, {literal(rule.scope.area)}) AND {when})"


def _layer(
    rows: str, rule: r.OverlapRule, k: int, number: dict[str, int], asked: list[r.Programme],
    flags: int,
) -> str:  # fmt: skip
    changed = {
        codes.OverlapKind.HIGHER_OF: _higher_of,
        codes.OverlapKind.EXCLUDES: _excludes,
        codes.OverlapKind.TOP_UP: _top_up,
    }[codes.OverlapKind(rule.kind)](rule, number, asked)
    amounts = ", ".join(
        f"CASE WHEN l.w{k} THEN {changed[i]} ELSE l.a{i} END AS a{i}" if i in changed
        else f"l.a{i}"
        for i in range(len(asked))
    )  # fmt: skip
    rest = "".join(f", l.r{i}, l.s{i}, l.o{i}" for i in range(len(asked)))
    later = "".join(f", l.w{j}" for j in range(k + 1, flags))
    return f"SELECT l.id, {amounts}{rest}{later} FROM ({rows} OFFSET 0) l"


def _higher_of(
    rule: r.OverlapRule, number: dict[str, int], asked: list[r.Programme]
) -> dict[int, str]:
    among = [number[code] for code in dict.fromkeys(rule.programmes) if code in number]
    changed = {}
    for place, i in enumerate(among):
        mine = f"l.a{i} * {in_a_year(asked[i])}"
        better = " OR ".join(
            f"l.a{j} * {in_a_year(asked[j])} {'>=' if before < place else '>'} {mine}"
            for before, j in enumerate(among) if j != i
        )  # fmt: skip
        changed[i] = f"CASE WHEN {better or 'false'} THEN NULL ELSE l.a{i} END"
    return changed


def _excludes(
    rule: r.OverlapRule, number: dict[str, int], asked: list[r.Programme]
) -> dict[int, str]:
    who = [number[code] for code in rule.programmes if code in number]
    got = " OR ".join(f"l.a{j} IS NOT NULL" for j in who) or "false"
    out = [number[code] for code in rule.others if code in number]
    return {i: f"CASE WHEN {got} THEN NULL ELSE l.a{i} END" for i in out if i not in who}


def _top_up(
    rule: r.OverlapRule, number: dict[str, int], asked: list[r.Programme]
) -> dict[int, str]:
    others = [number[code] for code in dict.fromkeys(rule.others) if code in number]
    changed = {}
    for i in {number[code] for code in rule.programmes if code in number}:
        over = " + ".join(f"coalesce(l.a{j}, 0)" for j in others if j != i)
        if over:
            changed[i] = f"nullif(greatest(l.a{i} - ({over}), 0), 0)"
    return changed
