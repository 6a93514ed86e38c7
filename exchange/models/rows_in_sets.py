"""Rows that were worked out one by one, written together: what `save()` would write, and true
history rows."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from psycopg import Binary

from accounts.history_rows import write_history
from children.models import Record

from .bulk import staged

Reasons = dict[int, str]  # key of a row → what its line of history says


class MovedMeanwhile(Exception):
    """A row is not there at the version that was read: whoever writes has not locked it."""


def add_rows(
    rows: Sequence[models.Model], reasons: Sequence[str], *, by_id: int, now: datetime
) -> None:
    """New rows of one model, each with the reason at its place. Raises IntegrityError."""
    if not rows:
        return
    model: Any = type(rows[0])
    for row in rows:
        if isinstance(row, Record):
            row.derive()
    model.objects.bulk_create(rows)
    told = {row.pk: reason for row, reason in zip(rows, reasons, strict=True)}
    _remember(model, told, "+", by_id, now)


def change_rows(
    rows: Sequence[Record], names: Collection[str], reasons: Reasons, *, by_id: int, now: datetime
) -> None:
    """`names`: the columns that were set anew in all of the `rows`, which are of one model. Raises
    IntegrityError."""
    if not rows:
        return
    model: Any = type(rows[0])
    table = model._meta.db_table
    fields = [model._meta.pk, *(_field(model, name) for name in (*names, "version", "updated_at"))]
    columns = [field.column for field in fields]
    told = [_values(row, fields) for row in rows]
    quoted = ", ".join(f'"{column}" = r."{column}"' for column in columns[1:])
    with connection.cursor() as cursor:
        stage = staged(cursor, model, columns, told)
        cursor.execute(
            f"UPDATE {table} t SET {quoted} FROM {stage} r"
            " WHERE t.id = r.id AND t.version = r.version - 1"
        )
        if cursor.rowcount != len(rows):
            raise MovedMeanwhile(table)
    _remember(model, {row.pk: reasons[row.pk] for row in rows}, "~", by_id, now)


def _field(model: Any, name: str) -> Any:
    return model._meta.get_field(name)


def _values(row: Record, fields: Sequence[Any]) -> list[Any]:
    row.derive()
    row.version += 1
    return [
        _plain(field.get_db_prep_save(field.pre_save(row, False), connection)) for field in fields
    ]


def _plain(value: Any) -> Any:
    """Bytes come wrapped for the driver."""
    return bytes(value.obj) if isinstance(value, Binary) else value


def _remember(model: Any, told: Reasons, kind: str, by_id: int, now: datetime) -> None:
    """A line of history for each, in as few statements as there are reasons."""
    keys: dict[str, list[int]] = defaultdict(list)
    for key, reason in told.items():
        keys[reason].append(key)
    for reason, of_it in keys.items():
        write_history(model, of_it, kind, by_id=by_id, now=now, reason=reason)
