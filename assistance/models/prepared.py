"""Large statements planned once for a connection, not for every place that is asked."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

AT_ONCE = 1_000  # children in one execution


@contextmanager
def prepared(
    cursor: Any, noun: str, types: str, sql: str
) -> Iterator[Callable[[Sequence[Any]], None]]:
    """Yields what executes `sql`, whose parameters are `$1` … of these types, in a transaction.

    Kept by the connection until another statement of the noun takes its place.
    """
    name = f"{noun}_{hashlib.md5(sql.encode(), usedforsecurity=False).hexdigest()}"
    cursor.execute("SELECT name FROM pg_prepared_statements WHERE starts_with(name, %s)", [noun])
    known = [one for (one,) in cursor.fetchall()]
    if name not in known:
        for old in known:
            cursor.execute(f"DEALLOCATE {old}")
        cursor.execute(f"PREPARE {name} ({types}) AS {sql}")
    given = ", ".join(["%s"] * (types.count(",") + 1))
    cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    yield lambda values: cursor.execute(f"EXECUTE {name} ({given})", values)
    cursor.execute("SET LOCAL plan_cache_mode = auto")


def in_parts(
    cursor: Any, noun: str, types: str, sql: str, where: str, *values: Any
) -> list[tuple[Any, ...]]:
    """Rows of `sql`; its `$1` is some of the children `c` for whom `where` holds at a time."""
    cursor.execute(f"SELECT c.id FROM children_child c WHERE {where} ORDER BY c.id")
    ids, rows = [pk for (pk,) in cursor.fetchall()], []
    with prepared(cursor, noun, types, sql) as execute:
        for start in range(0, len(ids), AT_ONCE):
            execute([ids[start : start + AT_ONCE], *values])
            rows += cursor.fetchall()
    return rows


def let_go() -> None:
    """After the last place: planning took half a gigabyte of the server's process, which stays
    with it as long as the connection does.
    """
    if not connection.in_atomic_block:
        connection.close()
