"""What children are owed in a month, over any number of them, in one statement."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.models.area import upper_bound
from assistance.rules.rulebook import Rulebook

from . import _owed_sql
from ._facts_sql import literal

CHUNK = 2_000


@dataclass(frozen=True)
class Owed:
    """`rule` and `standard` are places in the rulebook, see `Kept.rows`. `to_open`: what is
    missing from the papers, "application", "confirmation" or "".
    """

    child_id: int
    programme: str
    amount: Decimal
    rule: str
    standard: str
    to_open: str


def owed(
    book: Rulebook, month: date, *, within: str = "", ids: Collection[int] | None = None
) -> Iterator[Owed]:
    """One for each child and programme owed, overlap rules applied; children that are seen.

    `within`: code of the managing area; `ids`: these children only. Read in chunks from a cursor of
    the server: of a million children it holds no more than of a village.
    """
    if not book.programmes:
        return
    where = ["c.merged_into_id IS NULL"]  # a child is owed once, whatever files it has
    if within:
        first, after = literal(within), literal(upper_bound(within))
        where.append(f"c.managing_area_id >= {first} AND c.managing_area_id < {after}")
    if ids is not None:
        where.append(f"c.id = ANY(ARRAY[{', '.join(map(str, ids))}]::bigint[])")
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement(book, month, " AND ".join(where)))
        while rows := cursor.fetchmany(CHUNK):
            yield from (Owed(*row) for row in rows)


def statement(book: Rulebook, month: date, where: str = "true") -> str:
    """SQL without parameters, sent as it is."""
    return _owed_sql.everything(book, month, where)
