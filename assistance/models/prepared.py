"""Large statements planned once for a connection, not for every place that is asked."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection


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


def let_go() -> None:
    """After the last place: planning took half a gigabyte of the server's process, which stays
    with it as long as the connection does.
    """
    if not connection.in_atomic_block:
        connection.close()
