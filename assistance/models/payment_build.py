"""Puts the lines of a run together in sets. Called by `assistance.actions.payment_run` alone."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from accounts.guard.install import history_model, tracked_columns
from accounts.models.area import upper_bound

from ._build_sql import AWAY, CANCEL, CANCEL_ALL, GAP, GIVE_BACK, INSERT, REISSUE
from .payment_line import PaymentLine
from .payment_run import PaymentRun

# For sets of a county's size to be sorted and joined without the disk, and for tables of the
# transaction to be counted rather than studied; to its end.
ROOM = "SET LOCAL work_mem = '64MB'; SET LOCAL default_statistics_target = 10"


def lock_books(area_code: str, *, shared: bool = False) -> None:
    """One at a time reckons in a county, to the end of the transaction.

    Changes of entitlements take the lock `shared`: they wait for the run, not for each other.
    Taken before any row is locked, so that nobody waits in a circle.
    """
    function = "pg_advisory_xact_lock" + ("_shared" if shared else "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext('payments'), %s)", [int(area_code[:6])])


def wait_for_runs(from_code: str, to_code: str) -> None:
    """Before a file moves: a run of either county sees all lines of the child or none of them."""
    for county in sorted({from_code[:6], to_code[:6]}):
        lock_books(county, shared=True)


def fill(run: PaymentRun, *, by_id: int | None, now: datetime) -> int:
    """Bring the draft in line with what is owed now; rows written. Again changes nothing."""
    params: dict[str, Any] = {
        "run": run.pk, "month": run.month, "since": run.arrears_from, "lo": run.area_id,
        "hi": upper_bound(run.area_id), "codes": list(run.programmes), "now": now, "by": by_id,
    }  # fmt: skip
    away, cancel, give_back, insert, reissue = _statements()
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        written = _count(cursor, away, params)
        _compare(cursor, params)
        written += _count(cursor, cancel, params) + _count(cursor, give_back, params)
        if written:  # what was given back is judged like the rest: it may not be owed any more
            _compare(cursor, params)
            if again := _count(cursor, cancel, params):
                written += again
                _compare(cursor, params)
        written += _count(cursor, insert, params)
        cursor.execute("DROP TABLE run_gap")
        written += _count(cursor, reissue, params)
        if written:
            cursor.execute("SELECT assistance_mark_gaps_of_run(%s)", [run.pk])
    return written


def _compare(cursor: Any, params: dict[str, Any]) -> None:
    cursor.execute("DROP TABLE IF EXISTS run_gap")
    cursor.execute(GAP, params)
    cursor.execute("ANALYZE run_gap")


def _count(cursor: Any, sql: str, params: dict[str, Any]) -> int:
    cursor.execute(sql, params)
    return int(cursor.fetchone()[0])


@cache
def _statements() -> tuple[str, ...]:
    return tuple(filled(sql) for sql in (AWAY, CANCEL, GIVE_BACK, INSERT, REISSUE))


@cache
def _cancelling() -> tuple[str, ...]:
    return tuple(filled(sql) for sql in (CANCEL_ALL, GIVE_BACK))


def filled(sql: str) -> str:
    columns = [f'"{column}"' for column in tracked_columns(PaymentLine)]
    history: Any = history_model(PaymentLine)
    names = {
        "columns": ", ".join(columns), "history": history._meta.db_table,
        "line_columns": ", ".join(f"l.{column}" for column in columns),
        "old_columns": ", ".join(f"o.{column}" for column in columns),
    }  # fmt: skip
    for name, value in names.items():
        sql = sql.replace("{" + name + "}", value)
    return sql


def cancel_lines(run: PaymentRun, *, by_id: int | None, now: datetime) -> int:
    """All lines of a draft that is thrown away; those they were to replace stand again."""
    with connection.cursor() as cursor:
        params = {"run": run.pk, "now": now, "by": by_id}
        cancel_all, give_back = _cancelling()
        return _count(cursor, cancel_all, params) + _count(cursor, give_back, params)
