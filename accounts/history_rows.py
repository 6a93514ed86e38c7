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
    history: Any = history_model(model)
    names = ", ".join(f'"{column}"' for column in tracked_columns(model))
    key = f'"{model._meta.pk.column}"'  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {history._meta.db_table} ({names}, history_date, history_type,"
            " history_user_id, history_change_reason)"
            f" SELECT {names}, %s, %s, %s, %s FROM {model._meta.db_table}"
            # What is written together mostly stands together; and a table that was emptied of a
            # list taken back is read as a whole, part after part, unless the ends are told.
            f" WHERE {key} = ANY(%s::bigint[]) AND {key} BETWEEN %s AND %s",
            [now, kind, by_id, reason or None, _array(ids), min(ids), max(ids)],
        )


def _array(ids: Sequence[int]) -> str:
    """Written outright: as a list each of thousands would be looked at for what must be quoted."""
    return f"{{{','.join(map(str, ids))}}}"
