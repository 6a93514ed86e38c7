"""Rows that stood in an earlier list and stand in this one too: each row is kept once."""

from collections.abc import Sequence

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open

from .list_import import ListImport, ListRow


class ListAgain(models.Model):
    list_import = models.ForeignKey(
        ListImport, on_delete=models.PROTECT, related_name="again", db_index=False
    )
    list_row = models.ForeignKey(
        ListRow, on_delete=models.PROTECT, related_name="again", db_index=False
    )

    is_insert_only = True
    row_security = Open("keys of lists and rows, no personal data")

    class Meta:
        verbose_name = _("row that came again")
        verbose_name_plural = _("rows that came again")
        indexes = [models.Index(fields=["list_row", "list_import"], name="list_again_of_row")]

    def __str__(self) -> str:
        return f"Row {self.list_row_id} in {self.list_import_id}"


def note_again(list_import: ListImport, prints: Sequence[bytes]) -> None:
    """`prints`: fingerprints of the rows that came before; one statement."""
    if not prints:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_listagain (list_import_id, list_row_id)"
            " SELECT %s, id FROM exchange_listrow WHERE kind = %s AND fingerprint = ANY(%s)"
            " AND undone_at IS NULL",
            [list_import.pk, list_import.kind, list(prints)],
        )
