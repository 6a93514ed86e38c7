"""What a change of the rules would pay for months gone by, were all that is paid less raised.

The meaning is that of `actions.raise_amounts` and of the run that follows: a month is worth what
it owes or what it was worth before, whichever is more. Within the caller's transaction.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Area
from assistance.rules import codes
from assistance.rules import rulebook as r
from assistance.rules.months import between, paying_months, shifted
from assistance.rules.narrowed import affected, deciding

from ._facts_sql import literal, literals
from .payment_figure import payment_figures
from .preview import inside, lines_of


@dataclass(frozen=True)
class BackPay:
    """Of one programme in one township. Yuan; `least` and `most` are of a child, all its months.
    Whom the change gives less than the rules of before would have is not set against the others.

    `over_children`, `over`: who was paid above what would be owed now, and by how much; nothing is
    asked back for it.
    """

    programme: str
    township: str
    children: int
    months: int
    least: Decimal | None
    most: Decimal | None
    total: Decimal
    over_children: int
    over: Decimal


_PAID = """c.id IN (
    SELECT e.child_id FROM assistance_entitlement e
    JOIN assistance_programme p ON p.id = e.programme_id
    WHERE p.code IN ({changed}) AND e.state = 'RUNNING' AND e.from_month <= {month})"""
# Of each programme how many children, and their months from `since` to the one before `month`.
_HOW_MANY = """
SELECT count(DISTINCT child_id), coalesce(sum(greatest(
    extract(year FROM age(least(coalesce(to_month, {last}), {last}), greatest(from_month, {since})))
    * 12
    + extract(month FROM
        age(least(coalesce(to_month, {last}), {last}), greatest(from_month, {since}))) + 1, 0)), 0)
FROM back_who
"""
# Who is paid, and not what the changed rules owe: they are raised, or lowered, from the lists.
_WHO = """
CREATE TEMPORARY TABLE back_who ON COMMIT DROP AS
SELECT e.child_id, e.id AS entitlement_id, p.code, e.from_month, e.to_month
FROM ({after}) a
JOIN assistance_programme p ON p.code = a.programme AND p.paid_to = 'FAMILY'
    AND p.code IN ({changed})
JOIN children_child c ON c.id = a.child_id AND c.status <> 'CLOSED'
JOIN assistance_entitlement e ON e.child_id = a.child_id AND e.programme_id = p.id
    AND e.state = 'RUNNING' AND e.from_month <= {month}
    AND coalesce(e.to_month >= {month}, true)
JOIN LATERAL (
    SELECT amount FROM assistance_entitlementrate
    WHERE entitlement_id = e.id AND from_month <= {month}
    ORDER BY from_month DESC, id DESC LIMIT 1) r ON r.amount <> a.amount
"""
_LINES = """
CREATE TEMPORARY TABLE back_line (
    child_id bigint, code text, more numeric, over numeric) ON COMMIT DROP
"""
_MONTH = """
INSERT INTO back_line
SELECT w.child_id, w.code, greatest(r.amount, d.after) - greatest(r.amount, d.before),
       greatest(r.amount - d.after, 0) - greatest(r.amount - d.before, 0)
FROM back_who w
JOIN LATERAL (
    SELECT amount FROM assistance_entitlementrate
    WHERE entitlement_id = w.entitlement_id AND from_month <= {month}
    ORDER BY from_month DESC, id DESC LIMIT 1) r ON true
JOIN (
    SELECT child_id, coalesce(a.amount, 0) AS after, coalesce(b.amount, 0) AS before
    FROM (SELECT * FROM ({before}) s WHERE programme = {code}) b
    FULL JOIN (SELECT * FROM ({after}) s WHERE programme = {code}) a USING (child_id)
    WHERE a.amount IS DISTINCT FROM b.amount) d ON d.child_id = w.child_id
WHERE w.code = {code} AND w.from_month <= {month} AND coalesce(w.to_month >= {month}, true)
"""
_SUMS = """
SELECT x.code, c.township_code, count(*) FILTER (WHERE more > 0), coalesce(sum(months), 0),
       min(more) FILTER (WHERE more > 0), max(more) FILTER (WHERE more > 0),
       coalesce(sum(more) FILTER (WHERE more > 0), 0), count(*) FILTER (WHERE over > 0),
       coalesce(sum(over) FILTER (WHERE over > 0), 0)
FROM (SELECT child_id, code, count(*) FILTER (WHERE more > 0) AS months, sum(more) AS more,
             sum(over) AS over
      FROM back_line GROUP BY child_id, code) x
JOIN children_child c ON c.id = x.child_id
GROUP BY 1, 2 HAVING bool_or(more > 0 OR over > 0) ORDER BY 1, 2
"""


class TooMany(Exception):
    """So many months of so many children are not reckoned while somebody waits."""

    def __init__(self, children: int, months: int) -> None:
        super().__init__(children, months)
        self.children, self.months = children, months


def back_pay(
    before: r.Rulebook, after: r.Rulebook, since: date | None, month: date, *, within: str,
    most: int | None = None,
) -> list[BackPay]:  # fmt: skip
    """For the months from `since` (None: all) to the one before `month`, no further back than
    arrears are worked out. One statement a month and programme; only counts leave the database.

    Raises TooMany above `most` months of children, which take half a second for a thousand.
    """
    earliest = shifted(month, 1 - payment_figures(month)["ARREARS_MONTHS"])
    since = max(since or earliest, earliest)
    if since >= month:
        return []
    changed = affected(before, after)
    if not changed:
        return []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS back_who, back_line")
        codes_ = literals(sorted(changed))
        paid = _PAID.format(changed=codes_, month=literal(month))
        told = {
            "after": lines_of(deciding(after, changed), month, f"{inside(within)} AND {paid}"),
            "month": literal(month), "changed": codes_,
        }  # fmt: skip
        cursor.execute(_WHO.format(**told))
        cursor.execute("ANALYZE back_who")
        if most is not None:
            cursor.execute(_HOW_MANY.format(since=literal(since), last=literal(shifted(month, -1))))
            children, months = cursor.fetchone()
            if months > most:
                raise TooMany(children, int(months))
        cursor.execute(_LINES)
        cursor.execute("SELECT DISTINCT code FROM back_who ORDER BY code")
        for (code,) in cursor.fetchall():
            _compare(cursor, before, after, code, since, month)
        cursor.execute(_SUMS)
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE back_who, back_line")
    names = dict(Area.objects.filter(code__in={row[1] for row in rows}).values_list("code", "name"))
    return [BackPay(row[0], names.get(row[1], row[1]), *row[2:]) for row in rows]


def _compare(
    cursor: Any, before: r.Rulebook, after: r.Rulebook, code: str, since: date, month: date
) -> None:
    programme = after.by_code[code]
    if programme.cadence == codes.Cadence.ONCE:
        return  # its only month is its first: nothing is raised there afterwards
    paid = (
        "c.id IN (SELECT w.child_id FROM back_who w WHERE w.code = {code}"
        " AND w.from_month <= {month} AND coalesce(w.to_month >= {month}, true))"
    )
    books = [deciding(_begun(book, code), [code]) for book in (before, after)]
    for one in paying_months(programme, since, shifted(month, -1), month):
        where = paid.format(code=literal(code), month=literal(one))
        told = {
            "before": lines_of(books[0], one, where), "after": lines_of(books[1], one, where),
            "month": literal(one), "code": literal(code),
        }  # fmt: skip
        cursor.execute(_MONTH.format(**told))


def _begun(book: r.Rulebook, code: str) -> r.Rulebook:
    """As `rules.facts.begun`: from when on it runs was decided when it was confirmed."""
    if code not in book.by_code or book.by_code[code].starts == codes.Start.MONTH_AFTER_MET:
        return book
    programmes = tuple(
        replace(one, starts=codes.Start.MONTH_MET) if one.code == code else one
        for one in book.programmes
    )
    return r.Rulebook(programmes, book.standards, book.eligibility, book.overlaps)


def months_back(since: date | None, month: date) -> int:
    """For how many months before `month` arrears would be worked out."""
    earliest = shifted(month, 1 - payment_figures(month)["ARREARS_MONTHS"])
    return max(between(max(since or earliest, earliest), month), 0)
