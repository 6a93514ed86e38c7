"""That money paid too much is not asked for any more: asked by one person, granted by another."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from assistance.rules.recovery_waiver import State
from children.models import Record
from children.models.base import OfChildQuerySet

from .payment_line import PaymentLine


class WaiverState(models.TextChoices):
    ASKED = State.ASKED.value, pgettext_lazy("waiver", "asked for")
    GRANTED = State.GRANTED.value, pgettext_lazy("waiver", "granted")
    REFUSED = State.REFUSED.value, pgettext_lazy("waiver", "refused")
    WITHDRAWN = State.WITHDRAWN.value, pgettext_lazy("waiver", "taken back")


class RecoveryWaiverQuerySet(OfChildQuerySet):
    def waiting(self) -> Self:
        """Asked for, of money that has not come back."""
        return self.filter(
            state=WaiverState.ASKED, line__state="PENDING", line__run__approved_at__isnull=False
        )


class RecoveryWaiver(Record):
    line = models.ForeignKey(
        PaymentLine, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="waivers"
    )
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="recovery_waivers"
    )
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(
        pgettext_lazy("waiver", "state"), max_length=9, choices=WaiverState,
        default=WaiverState.ASKED,
    )  # fmt: skip
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    asked_at = models.DateTimeField(pgettext_lazy("waiver", "asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(pgettext_lazy("waiver", "why not"), max_length=500, blank=True)

    objects = RecoveryWaiverQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("waiver of a recovery")
        verbose_name_plural = _("waivers of recoveries")
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                name="waiver_asked_once_at_a_time",
                condition=Q(state="ASKED"),
                violation_error_message=_("A waiver of this payment is asked for already."),
            ),
            models.CheckConstraint(
                name="waiver_asked_for_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="waiver_decided_by_whom_and_when",
                condition=Q(state="ASKED", decided_by=None, decided_at=None)
                | ~Q(state="ASKED") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="waiver_decided_by_a_second_person",
                condition=~Q(state__in=["GRANTED", "REFUSED"]) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("You asked for it: a second person decides."),
            ),
            models.CheckConstraint(
                name="waiver_refused_for_a_reason",
                condition=~Q(state="REFUSED") | ~Q(answer=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="waiver_state_known", condition=Q(state__in=WaiverState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Waiver {self.pk}"

    @property
    def in_words(self) -> Any:
        """What the trail of the child calls it."""
        return self.get_state_display()

    @property
    def is_asked(self) -> bool:
        return self.state == WaiverState.ASKED
