"""What a change of the rules would change: how many children, by how much, in which township, and
what would be paid for months that have passed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.models import Area
from accounts.models.area import upper_bound
from assistance.rules.codes import Cadence
from assistance.rules.months import between, paying_months, shifted
from assistance.rules.rulebook import Rulebook

from ._facts_sql import literal
from .entitlement import EntitlementState as State
from .owed import statement
from .payment_figure import payment_figures


@dataclass(frozen=True)
class Difference:
    """Of one programme in one township; `by` is the sum of yuan for one payment each. `back`: what
    who is paid now, and is owed after the change, would get for the payments before, as if owed
    the same in each, beside what was set for them."""

    programme: str
    township: str
    newly: int
    no_longer: int
    otherwise: int  # still owed, another amount
    by: Decimal
    back: Decimal


def differences(
    before: Rulebook, after: Rulebook, month: date, *, within: str, since: date | None = None
) -> list[Difference]:
    """In one statement; only counts leave the database. `since`: the month from which on the change
    is in force; no further back than arrears are worked out."""
    first, last = literal(within), literal(upper_bound(within))
    where = f"c.managing_area_id >= {first} AND c.managing_area_id < {last}"
    back = _back(after, since or month, month, where)
    sql = (
        "SELECT programme, c.township_code,"
        " count(*) FILTER (WHERE b.amount IS NULL), count(*) FILTER (WHERE a.amount IS NULL),"
        " count(*) FILTER (WHERE b.amount IS NOT NULL AND a.amount IS NOT NULL),"
        " sum(coalesce(a.amount, 0) - coalesce(b.amount, 0)),"
        " coalesce(sum(a.amount * back.payments - back.reckoned), 0)"
        f" FROM ({_lines(before, month, where)}) b"
        f" FULL JOIN ({_lines(after, month, where)}) a USING (child_id, programme)"
        f" LEFT JOIN ({back}) back USING (child_id, programme)"
        " JOIN children_child c ON c.id = child_id"
        " WHERE a.amount IS DISTINCT FROM b.amount"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    names = dict(Area.objects.filter(code__in={row[1] for row in rows}).values_list("code", "name"))
    return [Difference(row[0], names.get(row[1], row[1]), *row[2:]) for row in rows]


def _lines(book: Rulebook, month: date, where: str) -> str:
    if not any(not one.is_reference for one in book.programmes):
        return (
            "SELECT NULL::bigint AS child_id, NULL::text AS programme, NULL::numeric AS amount"
            " WHERE false"
        )
    return statement(book, month, where)


def _back(book: Rulebook, since: date, month: date, where: str) -> str:
    """Of who is paid: how many payments of the months before `month` there are, and the sum of what
    was set for them; from `since` on and no further back than arrears are worked out."""
    since = max(since, shifted(month, -payment_figures(month)["ARREARS_MONTHS"]))
    rows = []
    for programme in book.programmes if since < month else ():
        is_once = programme.cadence == Cadence.ONCE
        months = (
            [shifted(since, n) for n in range(between(since, month))]
            if is_once
            else paying_months(programme, since, None, shifted(month, -1))
        )
        code, once = literal(programme.code), literal(is_once)
        rows += [f"({code}, {literal(one)}, {once})" for one in months]
    if not rows:
        return (
            "SELECT NULL::bigint AS child_id, NULL::text AS programme, 0 AS payments, 0 AS reckoned"
            " WHERE false"
        )
    states = f"'{State.RUNNING.value}', '{State.HELD.value}'"
    return (
        "SELECT e.child_id, p.code AS programme, count(*) AS payments, sum(coalesce(("
        "   SELECT r.amount FROM assistance_entitlementrate r WHERE r.entitlement_id = e.id"
        "      AND r.from_month <= past.month ORDER BY r.from_month DESC, r.id DESC LIMIT 1"
        " ), 0)) AS reckoned"
        f" FROM (VALUES {', '.join(rows)}) past(code, month, is_once)"
        " JOIN assistance_programme p ON p.code = past.code"
        f" JOIN assistance_entitlement e ON e.programme_id = p.id AND e.state IN ({states})"
        " AND past.month >= e.from_month AND (e.to_month IS NULL OR past.month <= e.to_month)"
        " AND (NOT past.is_once OR past.month = e.from_month)"
        f" JOIN children_child c ON c.id = e.child_id AND {where}"
        " GROUP BY 1, 2"
    )
