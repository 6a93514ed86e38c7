"""Statements that are planned once for a connection instead of each time they are sent.

Planning a statement behind the policies takes many times longer than reading one child's few rows.
It is for statements whose best plan is the same whoever asks: by a key. Where rows are found by a
place or a day, the planner should see the values, and the ordinary cursor shows them to it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.types.numeric import Int8

MOST = 200  # statements that a connection keeps


@contextmanager
def prepared() -> Iterator[Any]:
    """As `connection.cursor()`. Whoever logs what is sent reads values, not numbers of places."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.queries_logged:
        with connection.cursor() as cursor:
            yield cursor
        return
    server = connection.connection
    server.prepare_threshold, server.prepared_max = 0, MOST
    preparing: Any = _PreparingCursor
    with connection.make_cursor(preparing(server)) as cursor:
        yield cursor


class _PreparingCursor(ServerBindingCursor):  # type: ignore[misc]
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Whole numbers go as one type: small and large ones would be statements of their own."""
        if isinstance(params, dict):
            params = {name: _of_one_type(value) for name, value in params.items()}
        elif params is not None:
            params = [_of_one_type(value) for value in params]
        return super().execute(query, params, **options)  # type: ignore[misc]


def _of_one_type(value: Any) -> Any:
    return Int8(value) if type(value) is int else value
