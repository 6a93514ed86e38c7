"""Why a child left the register, and from which month no benefit follows from it. Domain 1.7.

Recorded with the closing of the file; a file opened again takes it back. It ends no entitlement by
itself: those that run on are told on the child's page, and ended there by their own step.
"""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History
from children.rules.exits import PARENT_RETURNS

from .base import OfChildQuerySet, Record
from .child import ExitReason

RETURNS = sorted(reason.value for reason in PARENT_RETURNS)


class FileExitQuerySet(OfChildQuerySet):
    def standing(self) -> Self:
        return self.filter(taken_back_at__isnull=True)


class FileExit(Record):
    """Months are first days: the first month without benefit, or without that of a transition."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="exits")
    event_on = models.DateField(_("happened on"))
    reason = models.CharField(_("reason"), max_length=30, choices=ExitReason)
    effective_month = models.DateField(_("no benefit from"))
    transition_until = models.DateField(_("transition ends before"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = FileExitQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("exit from the register")
        verbose_name_plural = _("exits from the register")
        constraints = [
            models.UniqueConstraint(
                fields=["child"], name="file_exit_one_stands",
                condition=Q(taken_back_at__isnull=True),
            ),
            models.CheckConstraint(
                name="file_exit_reason_known", condition=Q(reason__in=ExitReason.values)
            ),
            models.CheckConstraint(
                name="file_exit_months_are_months",
                condition=Q(effective_month__day=1)
                & (Q(transition_until__isnull=True) | Q(transition_until__day=1)),
            ),
            models.CheckConstraint(
                name="file_exit_transition_where_a_parent_returns",
                condition=Q(transition_until__isnull=True)
                | Q(transition_until__gt=F("effective_month"), reason__in=RETURNS),
                violation_error_message=_(
                    "A transition follows only where a parent can care again."
                ),
            ),
            models.CheckConstraint(
                name="file_exit_other_says_what",
                condition=~Q(reason="OTHER") | ~Q(remark__regex=r"^\s*$"),
                violation_error_message=_("Say what the other reason is."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Exit {self.pk}"

    @property
    def first_month_without(self) -> date:
        month: Any = self.transition_until or self.effective_month
        return month
