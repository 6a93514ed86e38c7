"""Which rows the database shows: the acting posting as settings of each transaction.

A scope is entered with `acting(scope)` (the middleware does it for a request). An execute
wrapper writes it into PostgreSQL with the first statement of each transaction, by
`set_config(…, is_local => true)`, so that nothing leaks through pooled connections. Without a
scope, or outside a transaction, no guarded row is visible.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

from accounts.models.area import upper_bound


@dataclass(frozen=True)
class Scope:
    """Text settings under `registry.`; an empty range sees no child by area."""

    area_lo: str = ""
    area_hi: str = ""
    audit_lo: str = ""
    audit_hi: str = ""
    user_id: str = ""
    organisation_id: str = ""
    posting_id: str = ""
    no_children: str = ""  # "yes" for roles that see none, whatever access rows say
    secrets: str = ""  # "yes" for postings that may see secret rows
    concerns: str = ""  # "yes" for those told of reports of harm
    wellbeing: str = ""  # "yes" for those told of every observation, score and referral

    @classmethod
    def of_area(cls, code: str, **other: str) -> "Scope":
        hi = upper_bound(code)
        return cls(area_lo=code, area_hi=hi, audit_lo=code, audit_hi=hi, **other)


NOBODY = Scope()
# Commands and jobs that work on the whole registry; never a request's.
EVERYTHING = Scope.of_area("", secrets="yes", concerns="yes", wellbeing="yes")

_current: ContextVar[Scope] = ContextVar("registry_scope", default=NOBODY)
_SETTINGS = tuple(Scope.__dataclass_fields__)
_SQL = "SELECT " + ", ".join(f"set_config('registry.{name}', %s, true)" for name in _SETTINGS)


def current_scope() -> Scope:
    return _current.get()


@contextmanager
def acting(scope: Scope) -> Iterator[None]:
    """Limit the rows of every statement inside to those of `scope`."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def beyond_own_sight() -> Iterator[None]:
    """For a change, already allowed, in whose course its author may lose sight of the child."""
    mine = current_scope()
    with acting(replace(EVERYTHING, user_id=mine.user_id, posting_id=mine.posting_id)):
        yield


def _apply_scope(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    connection = context["connection"]
    if not connection.in_atomic_block or connection.connection is None:
        return execute(sql, params, many, context)
    if sql.startswith("ROLLBACK TO SAVEPOINT"):  # takes local settings back as well
        connection.applied_scope = None
        return execute(sql, params, many, context)
    status = connection.connection.info.transaction_status
    if status is TransactionStatus.INERROR:
        return execute(sql, params, many, context)
    scope = _current.get()
    is_first = status is TransactionStatus.IDLE
    if is_first or getattr(connection, "applied_scope", None) != scope:
        connection.connection.execute(_SQL, [getattr(scope, name) for name in _SETTINGS])
        connection.applied_scope = scope
    return execute(sql, params, many, context)


def _watch(connection: Any, **_: Any) -> None:
    if connection.vendor == "postgresql" and _apply_scope not in connection.execute_wrappers:
        connection.execute_wrappers.append(_apply_scope)


def install() -> None:
    """Called once by `AccountsConfig.ready`."""
    connection_created.connect(_watch, dispatch_uid="registry_scope")
