"""A school's move to the next year: one act, undone as a whole or not at all."""

from typing import Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.guard.install import tracked_columns
from accounts.guard.policies import Open
from accounts.history import History

from .enrolment import Enrolment
from .school import School


class MoveUpQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Moves in which one of the grant's children took part."""
        rows = Enrolment.objects.permitted(grant)
        opened, ended = rows.values("opened_by_move"), rows.values("ended_by_move")
        return self.filter(Q(pk__in=opened) | Q(pk__in=ended))


class MoveUp(models.Model):
    """Its rows on the roll name it: `Enrolment.opened_by_move` and `ended_by_move`."""

    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField(_("first day of the new classes"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("undone by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = MoveUpQuerySet.as_manager()
    history = History()
    row_security = Open("that a school moved up on a day; names no child")

    class Meta:
        verbose_name = _("move to the next year")
        verbose_name_plural = _("moves to the next year")
        constraints = [
            models.CheckConstraint(
                name="move_up_undone_by_and_at",
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Move {self.pk}"


_TAKE_BACK = """
WITH gone AS (DELETE FROM schools_enrolment WHERE opened_by_move_id = %(move)s RETURNING *)
INSERT INTO schools_historicalenrolment
    ({columns}, history_date, history_type, history_user_id, history_change_reason)
SELECT {columns}, %(now)s, '-', %(user)s, %(reason)s FROM gone
"""
_REOPEN = """
WITH back AS (
    UPDATE schools_enrolment SET ends_on = NULL, end_reason = '', ended_by_move_id = NULL,
        version = version + 1, updated_at = %(now)s
    WHERE ended_by_move_id = %(move)s RETURNING *)
INSERT INTO schools_historicalenrolment
    ({columns}, history_date, history_type, history_user_id, history_change_reason)
SELECT {columns}, %(now)s, '~', %(user)s, %(reason)s FROM back
"""


def take_back_rows(move: MoveUp, params: dict) -> None:
    """Delete the rows that the move opened and reopen those it ended, with their history."""
    columns = ", ".join(tracked_columns(Enrolment))
    with connection.cursor() as cursor:
        for sql in (_TAKE_BACK, _REOPEN):
            cursor.execute(sql.replace("{columns}", columns), {"move": move.pk, **params})
