"""Who meets a programme, as SQL over a child `c`; the meaning is that of `rules.eligibility`."""

from datetime import date, timedelta

from assistance.rules import codes
from assistance.rules import rulebook as r
from assistance.rules.entitlement import OPEN
from assistance.rules.months import last_day, period_start, shifted

from . import _facts_sql as sql
from ._amount_sql import amount_column, may_be_paid, standard
from ._facts_sql import AREA, literal, literals


def programme(book: r.Rulebook, of: r.Programme, month: date) -> str:
    """A lateral query over `c`: at most one row with rule, standard (places) and amount.

    The amount is that of one payment, rounded, null when nothing is owed in the month.
    """
    told = (
        f"SELECT met.rule, s.standard, CASE WHEN {may_be_paid(of, month)} AND w.owed > 0"
        f" THEN round(w.owed, 2) END AS amount, {_to_open(of)} AS to_open"
    )
    found = (
        f"{_met(book, of, month)} met"
        f" CROSS JOIN LATERAL (SELECT {standard(book, of, month)} AS standard"
        " FROM (SELECT met.day, met.until, met.frozen) a OFFSET 0) s"
        f" CROSS JOIN LATERAL (SELECT ({amount_column(book, of, month)}) AS owed OFFSET 0) w"
        f" WHERE {_has_begun(book, of, month)} OFFSET 0"
    )
    papers = f"{_papers(of)} app CROSS JOIN LATERAL " if "app." in told + found else ""
    return f"({told} FROM {papers}{found})"


# Papers: application and confirmation -------------------------------------------------------------


def _papers(of: r.Programme) -> str:
    def first(column: str) -> str:
        return f"min((e.{column} AT TIME ZONE 'Asia/Shanghai')::date) AS"

    return (
        f"(SELECT {first('proposed_at')} applied, {first('confirmed_at')} confirmed"
        " FROM assistance_entitlement e JOIN assistance_programme p ON p.id = e.programme_id"
        f" WHERE e.child_id = c.id AND p.code = {literal(of.code)}"
        f" AND e.state IN ({literals(OPEN)}))"
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
        f" CROSS JOIN LATERAL (SELECT {_rule(book, of, month)} AS rule OFFSET 0) chosen"
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
