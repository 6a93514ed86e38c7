"""What a change of the rules would change: how many children, by how much, in which township."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Area
from accounts.models.area import upper_bound
from assistance.rules.narrowed import affected, deciding, without_overlaps, written_anew
from assistance.rules.rulebook import Rulebook

from ._facts_sql import literal, literals
from .owed import statement


@dataclass(frozen=True)
class Difference:
    """Of one programme in one township; `by` is the sum of yuan for one payment each."""

    programme: str
    township: str
    newly: int
    no_longer: int
    otherwise: int  # still owed, another amount
    by: Decimal


def differences(before: Rulebook, after: Rulebook, month: date, *, within: str) -> list[Difference]:
    """Of what the change can change; only counts leave the database. Within the caller's
    transaction.
    """
    changed = affected(before, after)
    if not changed:
        return []
    with connection.cursor() as cursor:
        where = concerned(cursor, before, after, month, inside(within))
        cursor.execute(
            "SELECT programme, c.township_code,"
            " count(*) FILTER (WHERE b.amount IS NULL), count(*) FILTER (WHERE a.amount IS NULL),"
            " count(*) FILTER (WHERE b.amount IS NOT NULL AND a.amount IS NOT NULL),"
            " sum(coalesce(a.amount, 0) - coalesce(b.amount, 0))"
            f" FROM ({lines_of(deciding(before, changed), month, where)}) b"
            f" FULL JOIN ({lines_of(deciding(after, changed), month, where)}) a"
            " USING (child_id, programme)"
            " JOIN children_child c ON c.id = child_id"
            f" WHERE programme IN ({literals(sorted(changed))})"
            " AND a.amount IS DISTINCT FROM b.amount"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )
        rows = cursor.fetchall()
    names = dict(Area.objects.filter(code__in={row[1] for row in rows}).values_list("code", "name"))
    return [Difference(row[0], names.get(row[1], row[1]), *row[2:]) for row in rows]


def concerned(cursor: Any, before: Rulebook, after: Rulebook, month: date, where: str) -> str:
    """A narrower `where`: children of whom the change may change something. Looked for by what
    was written anew alone, which most children are owed nothing of.
    """
    anew = written_anew(before, after)
    if anew is None:
        return where
    rows = " FULL JOIN ".join(
        f"({lines_of(deciding(without_overlaps(book), anew), month, where)}) {name}"
        for book, name in ((before, "b"), (after, "a"))
    )
    cursor.execute("DROP TABLE IF EXISTS preview_child")
    cursor.execute(
        "CREATE TEMPORARY TABLE preview_child ON COMMIT DROP AS SELECT DISTINCT child_id"
        f" FROM {rows} USING (child_id, programme) WHERE a.amount IS DISTINCT FROM b.amount"
    )
    cursor.execute("ANALYZE preview_child")
    return "c.id IN (SELECT p.child_id FROM preview_child p)"


def inside(area_code: str) -> str:
    first, last = literal(area_code), literal(upper_bound(area_code))
    return f"c.managing_area_id >= {first} AND c.managing_area_id < {last}"


def lines_of(book: Rulebook, month: date, where: str) -> str:
    """SQL of child_id, programme, amount and more, also of a book without programmes."""
    if not any(not one.is_reference for one in book.programmes):
        return (
            "SELECT NULL::bigint AS child_id, NULL::text AS programme, NULL::numeric AS amount"
            " WHERE false"
        )
    return statement(book, month, where)
