"""A transaction that writes thousands of rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponseBase


@contextmanager
def in_bulk() -> Iterator[None]:
    """History is checked and search keys are made once for all rows, when the transaction ends.

    It is begun DEFERRABLE, which means nothing else for a transaction that writes. Inside another
    transaction this is a savepoint, and each row or statement is looked after by itself.

    Plans that triggers and references have kept of the session are left behind: those made for a
    row or two of a small table would compare each of the thousands with each.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    connection.ensure_connection()
    session = connection.connection
    session.deferrable = True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DISCARD PLANS")
            yield
    finally:
        if not session.closed:
            session.deferrable = None


def request_in_bulk(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate above `@requires`: the transaction of the request is such a one from its start."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponseBase:
        with in_bulk():
            return view(*args, **kwargs)

    return transaction.non_atomic_requests(wrapped)
