"""Takes an answer of the bank in sets. Called by `assistance.actions.bank` alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.crypto import cipher
from assistance.rules.bank_return import Result
from assistance.rules.payment_run import OF_THE_BANK

from ._return_sql import (
    ADD,
    APART,
    ELSEWHERE,
    FITTING,
    JUDGE,
    REJECT,
    TABLE,
    TAKE,
    TOGETHER,
    WHOSE,
)  # fmt: skip
from .payment_build import ROOM, filled
from .payment_run import PaymentRun


@dataclass(frozen=True)
class Taken:
    paid_count: int
    paid_total: Decimal
    failed_count: int
    failed_total: Decimal
    known_count: int
    rejected_count: int


class NoRows(ValueError):
    """Headings, and nothing below them."""


class NotOfThisRun(ValueError):
    """No row means a payment of the run; `run_id` is the run that most of them are of, if any."""

    def __init__(self, run_id: int | None) -> None:
        super().__init__(run_id)
        self.run_id = run_id


def take(
    run: PaymentRun, rows: Iterable[tuple[Any, ...]], *, by_id: int, now: datetime, today: date,
    act_by: date,
) -> Taken:  # fmt: skip
    """Within the caller's transaction: lines paid and failed, with history; the rest is judged.

    `rows` as `as_rows` makes them. Raises NoRows and NotOfThisRun.
    """
    params: dict[str, Any] = {
        "run": run.pk, "now": now, "today": today, "by": by_id, "act_by": act_by,
        "of_the_bank": [failure.value for failure in OF_THE_BANK],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(TABLE)
        with cursor.copy(ADD) as copy:  # to a table of this transaction
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE answer_rows")
        _apart(cursor, JUDGE, params)
        cursor.execute("DROP TABLE answer_rows")
        cursor.execute("ANALYZE answer_meant")
        cursor.execute(ELSEWHERE, params)
        _refuse_strangers(cursor)
        paid, paid_total, failed, failed_total = _apart(cursor, filled(TAKE), params)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE meaning = 'SAME'),"
            " count(*) FILTER (WHERE meaning NOT IN ('NEW', 'SAME')) FROM answer_meant"
        )
        known, rejected = cursor.fetchone()
    return Taken(paid, paid_total, failed, failed_total, known, rejected)


def _apart(cursor: Any, sql: str, params: dict[str, Any]) -> Any:
    """The row that `sql` answers, if any."""
    cursor.execute(APART)
    cursor.execute(sql, params)
    row = cursor.fetchone() if cursor.description else None
    cursor.execute(TOGETHER)
    return row


def keep_rejects(answer_id: int) -> None:
    """In the transaction of `take`, once the answer has its row."""
    with connection.cursor() as cursor:
        cursor.execute(REJECT, {"answer": answer_id})
        cursor.execute("DROP TABLE answer_meant")


def _refuse_strangers(cursor: Any) -> None:
    cursor.execute(FITTING)
    count, fitting = cursor.fetchone()
    if not count:
        raise NoRows
    if not fitting:
        cursor.execute(WHOSE)
        (run_id,) = cursor.fetchone() or (None,)
        raise NotOfThisRun(run_id)


def as_rows(results: Iterable[Result]) -> Iterator[tuple[Any, ...]]:
    """As they are copied in: texts and numbers; the account by its keyed hash alone."""
    for row in results:
        yield (
            row.number, row.reference, row.is_paid,
            None if row.amount is None else str(row.amount),
            cipher.blind_index(row.account, "account_number") if row.account else None,
            row.reason, row.day and row.day.isoformat(),
        )  # fmt: skip
