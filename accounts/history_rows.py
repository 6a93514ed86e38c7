"""True history rows for set-based writes: copied from the rows as they stand, in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from accounts.guard.install import history_model, tracked_columns


def write_history(
    model: type[models.Model],
    ids: Sequence[int],
    kind: str,
    *,
    by_id: int | None,
    now: datetime,
    reason: str = "",
) -> None:
    """`kind` is "+", "~" or "-"; rows to be deleted are copied before they are. In a transaction.

    `by_id` is None for work done by the clock.
    """
    if not ids:
        return
    key = f'"{model._meta.pk.column}"'  # type: ignore[union-attr]
    # What is written together mostly stands together; and a table that was emptied of a list
    # taken back is read as a whole, part after part, unless the ends are told.
    these = f"WHERE {key} = ANY(%s::bigint[]) AND {key} BETWEEN %s AND %s"
    told = signature(kind, by_id=by_id, now=now, reason=reason)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_history_of(model, model._meta.db_table)} {these}",
            [*told, _array(ids), min(ids), max(ids)],
        )


def with_history(model: type[models.Model], insert: str, *, returning: str = "") -> str:
    """The statement `insert`, and in one with it the history of the rows that it writes, which are
    not read once more for it. Takes what `signature` gives. In a transaction."""
    told = f" RETURNING {returning}" if returning else ""
    return (
        f"WITH new_rows AS ({insert} RETURNING {_tracked(model)})"
        f" {_history_of(model, 'new_rows')}{told}"
    )


def signature(kind: str, *, by_id: int | None, now: datetime, reason: str = "") -> list[Any]:
    """What a row of history says of its change, in the order of its columns."""
    return [now, kind, by_id, reason or None]


def _tracked(model: type[models.Model]) -> str:
    return ", ".join(f'"{column}"' for column in tracked_columns(model))


def _history_of(model: type[models.Model], rows: str) -> str:
    """Takes what `signature` gives."""
    history: Any = history_model(model)
    names = _tracked(model)
    return (
        f"INSERT INTO {history._meta.db_table} ({names}, history_date, history_type,"
        " history_user_id, history_change_reason)"
        f" SELECT {names}, %s, %s, %s, %s FROM {rows}"
    )


def _array(ids: Sequence[int]) -> str:
    """Written outright: as a list each of thousands would be looked at for what must be quoted."""
    return f"{{{','.join(map(str, ids))}}}"
