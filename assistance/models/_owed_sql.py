"""All programmes over all children in one statement, and what may not come together.

The meaning is that of `rules.eligibility`, `rules.amounts` and `rules.overlap`; a test of random
children and rules demands that both agree.
"""

from collections.abc import Iterable
from datetime import date

from assistance.rules import codes
from assistance.rules import rulebook as r
from assistance.rules.amounts import in_a_year
from assistance.rules.months import last_day
from assistance.rules.overlap import ORDER

from . import _facts_sql as sql
from ._facts_sql import AREA, literal
from ._programme_sql import programme


def everything(book: r.Rulebook, month: date, where: str = "true") -> str:
    """One row for each child and programme that is owed: child_id, programme, amount, …

    One statement; overlap rules are layers over one another, each over all children. Who is asked
    is found first: of few children in a place the planner would ask all of it.
    """
    asked = [one for one in book.programmes if not one.is_reference]
    number = {one.code: i for i, one in enumerate(asked)}
    once = [i for i, one in enumerate(asked) if one.cadence == codes.Cadence.ONCE]
    joins = " ".join(
        f"LEFT JOIN LATERAL {programme(book, one, month)} p{i} ON true"
        for i, one in enumerate(asked)
    ) + "".join(f" CROSS JOIN LATERAL ({_paid(asked[i])}) h{i}" for i in once)  # fmt: skip
    rules = [
        one for kind in ORDER for one in book.overlaps
        if one.kind == kind and one.scope.covers(month)
    ]  # fmt: skip
    last = literal(last_day(month))
    flags = "".join(f", {_applies(one)} AS w{k}" for k, one in enumerate(rules))
    kept = "".join(
        f", {_amount(i, once)} AS a{i}, p{i}.rule AS r{i}, p{i}.standard AS s{i},"
        f" p{i}.to_open AS o{i}"
        for i in range(len(asked))
    ) + "".join(f", h{i}.paid AS h{i}" for i in once)
    rows = (
        f"SELECT c.id{kept}{flags} FROM (SELECT * FROM children_child c WHERE {where} OFFSET 0) c"
        " CROSS JOIN"
        f" (SELECT {last} AS day, {last} AS until, NULL::date AS frozen) a CROSS JOIN"
        f" (SELECT NULL::date AS applied, NULL::date AS confirmed) app {joins}"
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


def _amount(i: int, once: list[int]) -> str:
    return f"CASE WHEN h{i}.paid IS NULL THEN p{i}.amount END" if i in once else f"p{i}.amount"


def _paid(of: r.Programme) -> str:
    """What was paid once for all, null when nothing was or it was given back; `facts.paid`. Also on
    a file that is continued in this one.
    """
    return (
        "SELECT CASE WHEN sum(l.amount) > 0 THEN sum(l.amount) END AS paid"
        " FROM assistance_entitlement e JOIN assistance_programme p ON p.id = e.programme_id"
        " JOIN assistance_paymentline l ON l.entitlement_id = e.id"
        " WHERE e.child_id IN (SELECT c.id UNION ALL SELECT o.id FROM children_child o"
        " WHERE o.merged_into_id = c.id)"
        f" AND p.code = {literal(of.code)}"
        " AND l.state IN ('PAID', 'RECOVERED')"
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
    rest += "".join(f", l.h{i}" for i in _once(range(len(asked)), asked))
    later = "".join(f", l.w{j}" for j in range(k + 1, flags))
    return f"SELECT l.id, {amounts}{rest}{later} FROM ({rows} OFFSET 0) l"


def _once(among: Iterable[int], asked: list[r.Programme]) -> list[int]:
    return [i for i in among if asked[i].cadence == codes.Cadence.ONCE]


def _higher_of(
    rule: r.OverlapRule, number: dict[str, int], asked: list[r.Programme]
) -> dict[int, str]:
    among = [number[code] for code in dict.fromkeys(rule.programmes) if code in number]
    had = [f"l.h{i} IS NOT NULL" for i in _once(among, asked)]
    changed = {}
    for place, i in enumerate(among):
        mine = f"l.a{i} * {in_a_year(asked[i])}"
        better = " OR ".join([*had, *(
            f"l.a{j} * {in_a_year(asked[j])} {'>=' if before < place else '>'} {mine}"
            for before, j in enumerate(among) if j != i
        )])  # fmt: skip
        changed[i] = f"CASE WHEN {better or 'false'} THEN NULL ELSE l.a{i} END"
    return changed


def _excludes(
    rule: r.OverlapRule, number: dict[str, int], asked: list[r.Programme]
) -> dict[int, str]:
    who = [number[code] for code in rule.programmes if code in number]
    told = [*(f"l.a{j} IS NOT NULL" for j in who), *(
        f"l.h{j} IS NOT NULL" for j in _once(who, asked)
    )]  # fmt: skip
    got = " OR ".join(told) or "false"
    out = [number[code] for code in rule.others if code in number]
    return {i: f"CASE WHEN {got} THEN NULL ELSE l.a{i} END" for i in out if i not in who}


def _top_up(
    rule: r.OverlapRule, number: dict[str, int], asked: list[r.Programme]
) -> dict[int, str]:
    others = [number[code] for code in dict.fromkeys(rule.others) if code in number]
    once, changed = _once(others, asked), {}
    for i in {number[code] for code in rule.programmes if code in number}:
        over = " + ".join(
            f"coalesce(l.a{j}, l.h{j}, 0)" if j in once else f"coalesce(l.a{j}, 0)"
            for j in others if j != i
        )  # fmt: skip
        if over:
            changed[i] = f"nullif(greatest(l.a{i} - ({over}), 0), 0)"
    return changed
