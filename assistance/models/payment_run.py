"""A run of payments for a month and a place: put together, checked, approved, sent, paid."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import Open
from accounts.history import History
from accounts.models import Area
from accounts.models.area import upper_bound
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules.payment_run import OPEN, RunMove, RunState, moves_from
from children.models import Record

from .month import MonthField, is_a_month


class PaymentRunState(models.TextChoices):
    DRAFT = RunState.DRAFT.value, pgettext_lazy("run", "draft")
    CHECKED = RunState.CHECKED.value, pgettext_lazy("run", "checked")
    APPROVED = RunState.APPROVED.value, pgettext_lazy("run", "approved")
    SENT = RunState.SENT.value, pgettext_lazy("run", "sent to the bank")
    PARTLY_PAID = RunState.PARTLY_PAID.value, pgettext_lazy("run", "partly paid")
    PAID = RunState.PAID.value, pgettext_lazy("run", "paid")
    CLOSED = RunState.CLOSED.value, pgettext_lazy("run", "closed")
    CANCELLED = RunState.CANCELLED.value, pgettext_lazy("run", "cancelled")


class PaymentRunQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Runs of places in the grant's own area."""
        code = grant.area_code
        if code is None or not grant.sees_own_area:
            return self.none()
        return self.filter(area__gte=code, area__lt=upper_bound(code))

    def newest_first(self) -> Self:
        return self.order_by("-month", "area", "-number")


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip


class PaymentRun(Record):
    """`number` tells a follow-up run from the first; `programmes` are codes, empty is all.

    `arrears_from`: earlier months are not looked at.
    """

    month = MonthField(_("month"))
    area = models.ForeignKey(
        Area, verbose_name=_("place"), on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    programmes = ArrayField(
        models.CharField(max_length=40), verbose_name=_("programmes"), default=list, blank=True
    )
    arrears_from = MonthField(_("looks back to"))
    state = models.CharField(
        pgettext_lazy("run", "state"), max_length=12, choices=PaymentRunState,
        default=PaymentRunState.DRAFT,
    )  # fmt: skip
    built_by = _person(_("put together by"))
    built_at = models.DateTimeField(_("put together"), null=True, blank=True)
    checked_by = _person(_("checked by"))
    checked_at = models.DateTimeField(pgettext_lazy("run", "checked"), null=True, blank=True)
    approved_by = _person(_("approved by"))
    approved_at = models.DateTimeField(pgettext_lazy("run", "approved"), null=True, blank=True)
    sent_at = models.DateTimeField(pgettext_lazy("run", "sent"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("run", "closed"), null=True, blank=True)
    # As they were when it was checked: what is approved is what was checked.
    line_count = models.PositiveIntegerField(_("lines to pay"), null=True, blank=True)
    total = models.DecimalField(
        _("sum to pay"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    objects = PaymentRunQuerySet.as_manager()
    history = History()
    row_security = Open("month, place and sums name nobody; the lines are guarded")

    class Meta:
        verbose_name = _("payment run")
        verbose_name_plural = _("payment runs")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "month", "number"],
                name="run_numbered_once",
                violation_error_message=_("There is such a run already."),
            ),
            models.UniqueConstraint(
                fields=["area", "month"],
                name="run_one_open_per_place_and_month",
                condition=Q(state__in=[state.value for state in OPEN]),
                violation_error_message=_(
                    "A run of this place and month is still open. Finish it first."
                ),
            ),
            is_a_month("run_month_is_a_month", "month", "arrears_from"),
            models.CheckConstraint(
                name="run_looks_back",
                condition=Q(arrears_from__lte=F("month")),
                violation_error_message=_("A run looks back, not ahead."),
            ),
            models.CheckConstraint(
                name="run_checked_by_whom_and_when",
                condition=Q(
                    state__in=["DRAFT", "CANCELLED"], checked_by=None, checked_at=None,
                    line_count=None, total=None,
                )
                | ~Q(state__in=["DRAFT", "CANCELLED"])
                & Q(
                    checked_by__isnull=False, checked_at__isnull=False,
                    line_count__isnull=False, total__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="run_approved_by_whom_and_when",
                condition=Q(
                    state__in=["DRAFT", "CHECKED", "CANCELLED"], approved_by=None, approved_at=None
                )
                | ~Q(state__in=["DRAFT", "CHECKED", "CANCELLED"])
                & Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="run_approved_by_another_person",
                condition=Q(approved_by=None)
                | ~Q(approved_by=F("checked_by")) & (
                    Q(built_by=None) | ~Q(approved_by=F("built_by"))
                ),
                violation_error_message=_(
                    "Who put the run together or checked it cannot approve it."
                ),
            ),
            HeldByTrigger(
                name="run_approved_by_none_of_its_amounts",
                violation_error_message=_(
                    "Who set amounts by hand that the run is the first to pay cannot approve it:"
                    " another person does."
                ),
            ),
            models.CheckConstraint(
                name="run_closed_after_the_bank",
                condition=~Q(state="CLOSED") | Q(sent_at__isnull=False) | Q(line_count=0),
                violation_error_message=_("What the bank was to pay has not been sent to it."),
            ),
            models.CheckConstraint(
                name="run_state_known", condition=Q(state__in=PaymentRunState.values)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Run {self.area_id} {self.month:%Y-%m} {self.number}"

    @property
    def moves(self) -> list[RunMove]:
        found = moves_from(self.state)
        if self.state == PaymentRunState.APPROVED and not self.has_nothing_for_the_bank:
            found.remove(RunMove.CLOSE)
        return found

    @property
    def has_nothing_for_the_bank(self) -> bool:
        """Checked, and it only holds or asks back."""
        return self.line_count == 0

    @property
    def is_draft(self) -> bool:
        return self.state == PaymentRunState.DRAFT

    @property
    def is_checked(self) -> bool:
        return self.state == PaymentRunState.CHECKED

    @property
    def is_approved(self) -> bool:
        """Approved, and whatever followed."""
        return self.approved_at is not None and self.state != PaymentRunState.CLOSED

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None
