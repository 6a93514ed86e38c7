"""A school's move to the next year: one act, undone as a whole or not at all."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import Open
from accounts.history import History
from accounts.history_rows import write_history

from .enrolment import Enrolment
from .school import School


class MoveUpQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Moves in which one of the grant's children took part, and those of the own school: who
        left with one is seen by it no more, yet it may be undone."""
        rows = Enrolment.objects.permitted(grant)
        opened, ended = rows.values("opened_by_move"), rows.values("ended_by_move")
        own = Q(school=grant.posting.organisation_id)
        return self.filter(Q(pk__in=opened) | Q(pk__in=ended) | own)

    def of_own_classes(self) -> Self:
        """Not those by which pupils of other schools were taken in."""
        return self.filter(goings_on__isnull=True)

    def taking_in(self) -> Self:
        return self.filter(goings_on__isnull=False).distinct()


class MoveUp(models.Model):
    """Its rows on the roll name it: `Enrolment.opened_by_move` and `ended_by_move`."""

    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField(_("first day of the new classes"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("person", "by"),
        on_delete=models.PROTECT,
        related_name="+",
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


_TAKE_BACK = "DELETE FROM schools_enrolment WHERE id = ANY(%(ids)s)"
_REOPEN = """
UPDATE schools_enrolment SET ends_on = NULL, end_reason = '', ended_by_move_id = NULL,
       version = version + 1, updated_at = %(now)s
WHERE ended_by_move_id = %(move)s RETURNING id
"""


def take_back_rows(move: MoveUp, *, by_id: int, now: datetime, reason: str) -> None:
    """Delete the rows that the move opened and reopen those it ended, with their history."""
    told: dict[str, Any] = {"by_id": by_id, "now": now, "reason": reason}
    opened = list(Enrolment.objects.filter(opened_by_move=move).values_list("pk", flat=True))
    write_history(Enrolment, opened, "-", **told)
    with connection.cursor() as cursor:  # past the signal that would add a nameless history row
        cursor.execute(_TAKE_BACK, {"ids": opened})
        cursor.execute(_REOPEN, {"move": move.pk, "now": now})
        reopened = [key for (key,) in cursor.fetchall()]
    write_history(Enrolment, reopened, "~", **told)
