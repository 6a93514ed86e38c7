"""Many rows at once with true history: the rows are written, then their history from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from accounts.guard.install import history_model, tracked_columns
from accounts.models import User


def write_history(
    model: type[models.Model], keys: Sequence[int], *, by: User | None, now: datetime, reason: str
) -> None:
    """One history row for each changed row of `model`, as it stands now; one statement.

    In the same transaction as the change: the database refuses the commit without.
    """
    history: Any = history_model(model)
    columns = ", ".join(f'"{column}"' for column in tracked_columns(model))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {history._meta.db_table} ({columns}, history_date,"
            " history_change_reason, history_type, history_user_id)"
            f" SELECT {columns}, %s, %s, '~', %s FROM {model._meta.db_table} WHERE id = ANY(%s)",
            [now, reason or None, by.pk if by else None, list(keys)],
        )
