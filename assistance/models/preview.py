"""What a change of the rules would change: how many children, by how much, in which township."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.models import Area
from accounts.models.area import upper_bound
from assistance.rules.rulebook import Rulebook

from ._facts_sql import literal
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
    """In one statement; only counts leave the database."""
    where = inside(within)
    sql = (
        "SELECT programme, c.township_code,"
        " count(*) FILTER (WHERE b.amount IS NULL), count(*) FILTER (WHERE a.amount IS NULL),"
        " count(*) FILTER (WHERE b.amount IS NOT NULL AND a.amount IS NOT NULL),"
        " sum(coalesce(a.amount, 0) - coalesce(b.amount, 0))"
        f" FROM ({lines_of(before, month, where)}) b"
        f" FULL JOIN ({lines_of(after, month, where)}) a USING (child_id, programme)"
        " JOIN children_child c ON c.id = child_id"
        " WHERE a.amount IS DISTINCT FROM b.amount"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    names = dict(Area.objects.filter(code__in={row[1] for row in rows}).values_list("code", "name"))
    return [Difference(row[0], names.get(row[1], row[1]), *row[2:]) for row in rows]


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
