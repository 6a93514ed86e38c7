"""All proposed changes of a filter, fixed as they stood when somebody asked, decided at once."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import InArea
from accounts.history import History
from children.models import Record
from exchange.rules.change_batch import HOURS_TO_CONFIRM, Outcome, may_follow
from exchange.rules.change_batch import BatchState as S

from .list_import import ListImport, ProposedField
from .of_area import OfAreaQuerySet


class BatchMove(models.TextChoices):
    ACCEPT = "ACCEPT", pgettext_lazy("all changes", "accept")
    REFUSE = "REFUSE", pgettext_lazy("all changes", "refuse")


class BatchState(models.TextChoices):
    ASKED = S.ASKED.value, _("to be confirmed")
    RUNNING = S.RUNNING.value, pgettext_lazy("all changes", "under way")
    DONE = S.DONE.value, pgettext_lazy("all changes", "done")
    CANCELLED = S.CANCELLED.value, pgettext_lazy("all changes", "cancelled")
    FAILED = S.FAILED.value, pgettext_lazy("all changes", "stopped")


class ChangeOutcome(models.TextChoices):
    """Why a change was not decided; what is told of it stands in the template."""

    DONE = Outcome.DONE.value, pgettext_lazy("change", "decided")
    STALE = Outcome.STALE.value, _("the file has changed since")
    TWO_SAY = Outcome.TWO_SAY.value, _("two changes of one fact of the file: which one holds?")
    UNTOLD = Outcome.UNTOLD.value, _("the days do not tell which certificate is newer")
    DECIDED = Outcome.DECIDED.value, _("decided by somebody meanwhile")
    GONE = Outcome.GONE.value, _("taken back with its list, or its file is kept elsewhere now")
    NOT_YOURS = Outcome.NOT_YOURS.value, _("your posting had ended")
    BROKEN = Outcome.BROKEN.value, _("the file cannot say this")


class ChangeBatchQuerySet(OfAreaQuerySet):
    def lately(self, now: datetime) -> Self:
        """Under way, and of the last days."""
        return self.filter(Q(state=BatchState.RUNNING) | Q(at__gte=now - timedelta(days=7)))

    def told_of(self, grant: Grant) -> Self:
        """Under way or over; and one's own that is still to be confirmed. The newest first."""
        rows = self.exclude(state=BatchState.CANCELLED)
        rows = rows.exclude(~Q(by=grant.user), state=BatchState.ASKED)
        return rows.select_related("by").order_by("-at", "-pk")

    def never_confirmed(self, now: datetime) -> Self:
        return self.filter(state=BatchState.ASKED, at__lt=now - timedelta(hours=HOURS_TO_CONFIRM))


class ChangeBatch(Record):
    """Somebody decides on all changes of a filter. Which ones, `lines` say, from the asking on."""

    move = models.CharField(max_length=10, choices=BatchMove)
    area_code = models.CharField(max_length=12, db_collation="C")  # of who asked
    # The filter, as the page tells it.
    field = models.CharField(_("fact"), max_length=20, choices=ProposedField, blank=True)
    inside = models.CharField(max_length=12, blank=True)
    list_import = models.ForeignKey(
        ListImport, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    left_out = models.PositiveIntegerField(default=0)  # more than are decided at once
    state = models.CharField(
        _("state"), max_length=10, choices=BatchState, default=BatchState.ASKED
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # of a refusal
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=pgettext_lazy("person", "by"),
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    posting = models.ForeignKey("accounts.Posting", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("asked for"))
    ended_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ChangeBatchQuerySet.as_manager()
    history = History()
    row_security = InArea("area_code")

    class Meta:
        verbose_name = _("changes decided at once")
        verbose_name_plural = _("changes decided at once")
        indexes = [models.Index(fields=["area_code", "-at"], name="change_batch_in_area")]
        constraints = [
            models.CheckConstraint(
                name="change_batch_codes_known",
                condition=Q(move__in=BatchMove.values, state__in=BatchState.values),
            ),
            models.CheckConstraint(
                name="change_batch_refusal_has_its_reason",
                condition=~Q(move=BatchMove.REFUSE, state__in=[BatchState.RUNNING, BatchState.DONE])
                | ~Q(reason__regex=r"^\s*$"),
                violation_error_message=_("Say why the changes are refused."),
            ),
            models.CheckConstraint(
                name="change_batch_ended_when",
                condition=Q(state__in=[BatchState.DONE, BatchState.CANCELLED],
                            ended_at__isnull=False)
                | ~Q(state__in=[BatchState.DONE, BatchState.CANCELLED])
                & Q(ended_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Changes decided at once {self.pk}"

    @property
    def is_asked(self) -> bool:
        return self.state == BatchState.ASKED

    @property
    def is_running(self) -> bool:
        return self.state == BatchState.RUNNING

    @property
    def is_refusal(self) -> bool:
        return self.move == BatchMove.REFUSE

    @property
    def may_be_cancelled(self) -> bool:
        return may_follow(self.state, S.CANCELLED)


class ChangeBatchLineQuerySet(OfAreaQuerySet):
    def waiting(self) -> Self:
        return self.filter(outcome=Outcome.WAITING)

    def counted(self, *names: str) -> Any:
        """How many there are of each outcome, and of what else is asked."""
        rows = self.order_by().values("outcome", *names)
        return rows.annotate(count=Count("pk")).order_by("-count", "outcome", *names)


class ChangeBatchLine(models.Model):
    """One change of a batch at the version that was there when all were asked for.

    It points by numbers alone: a change goes with its list when that is undone, and a file whose
    changes somebody meant to decide is not one that was worked on.
    """

    batch = models.ForeignKey(ChangeBatch, on_delete=models.PROTECT, related_name="lines")
    area_code = models.CharField(max_length=12, db_collation="C")  # as of the batch
    change_key = models.BigIntegerField()
    change_version = models.PositiveIntegerField()
    child_key = models.BigIntegerField()
    field = models.CharField(max_length=20, choices=ProposedField)
    list_import = models.ForeignKey(
        ListImport, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=10, choices=ChangeOutcome, blank=True)
    promise = models.CharField(max_length=63, blank=True)  # name of the constraint that refused it

    objects = ChangeBatchLineQuerySet.as_manager()
    row_security = InArea("area_code")

    class Meta:
        verbose_name = _("change decided with others")
        verbose_name_plural = _("changes decided with others")
        indexes = [
            models.Index(
                fields=["batch", "child_key"], name="change_batch_line_waiting",
                condition=Q(outcome=""),
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "change_key"], name="change_batch_line_once_in_a_batch"
            ),
            models.CheckConstraint(
                name="change_batch_line_outcome_known",
                condition=Q(outcome__in=["", *ChangeOutcome.values]),
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.pk}"
