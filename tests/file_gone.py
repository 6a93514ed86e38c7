"""A row deleted by itself, or with its child's file as an undone list deletes it."""

from django.db import connection, transaction
from django.utils import timezone

from accounts.history_rows import write_history
from children.models import Child


def deleted(row, promise, *, with_its_file):
    """`promise`: the constraint trigger that is asked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        row.delete()
        if with_its_file:
            write_history(Child, [row.child_id], "-", by_id=None, now=timezone.now())
            cursor.execute(  # closed first: work that is due goes with that
                "UPDATE children_child SET status = 'CLOSED', closed_on = opened_on,"
                " closing_reason = 'DUPLICATE' WHERE id = %s", [row.child_id],
            )  # fmt: skip
            cursor.execute("DELETE FROM children_child WHERE id = %s", [row.child_id])
        cursor.execute(f"SET CONSTRAINTS {promise} IMMEDIATE")
