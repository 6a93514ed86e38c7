"""Rewriting rows where they stand, history included, when a key is turned: as their owner alone.

The application's role can alter no history, and the history guard lets only the owner rewrite
rows in place. Each chunk is one transaction and one UPDATE.
"""

from typing import Any

from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import LockNotAvailable

CHUNK = 2000  # rows of one transaction
# Shorter than PostgreSQL's deadlock_timeout of a second: of two that wait for each other, the
# rotation gives way and tries again, never the person who is saving.
LOCK_TIMEOUT = "500ms"
ATTEMPTS = 60


class NotTheOwner(Exception):
    """The role does not own the tables: it would see too few rows and report that all is done."""


def refuse_all_but_the_owner(connection: BaseDatabaseWrapper, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relowner = session_user::regrole FROM pg_class WHERE oid = %s::regclass",
            [table],
        )
        if not cursor.fetchone()[0]:
            raise NotTheOwner(table)


def write_in_place(connection: BaseDatabaseWrapper, update: str, params: list[Any]) -> int:
    """Number of rows rewritten. Waits for who is saving one of them, by trying again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _update(connection, update, params)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable) or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _update(connection: BaseDatabaseWrapper, update: str, params: list[Any]) -> int:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('registry.maintenance', 'key rotation', true),"
            " set_config('lock_timeout', %s, true)",
            [LOCK_TIMEOUT],
        )
        cursor.execute(update, params)
        return cursor.rowcount
