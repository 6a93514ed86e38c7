"""One payment for one month of one entitlement, and what became of it.

Written in sets by `assistance.models.payment_build` and the actions of runs.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import OfChildInArea
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules.payment_run import VOID, Failure, HeldReason, LineKind, LineState
from children.models.base import OfChildQuerySet

from .entitlement import Entitlement
from .entitlement_rate import EntitlementRate
from .month import MonthField, is_a_month
from .payment_account import PaymentAccount
from .payment_run import PaymentRun
from .programme import Programme


class PaymentLineKind(models.TextChoices):
    REGULAR = LineKind.REGULAR.value, pgettext_lazy("line", "of the month")
    ARREARS = LineKind.ARREARS.value, pgettext_lazy("line", "arrears")
    REISSUE = LineKind.REISSUE.value, pgettext_lazy("line", "paid again")
    RECOVERY = LineKind.RECOVERY.value, pgettext_lazy("line", "to be recovered")


class PaymentLineState(models.TextChoices):
    PENDING = LineState.PENDING.value, pgettext_lazy("line", "on its way")
    PAID = LineState.PAID.value, pgettext_lazy("line", "paid")
    FAILED = LineState.FAILED.value, pgettext_lazy("line", "failed")
    HELD = LineState.HELD.value, pgettext_lazy("line", "held")
    REISSUED = LineState.REISSUED.value, pgettext_lazy("line", "replaced by another line")
    CANCELLED = LineState.CANCELLED.value, pgettext_lazy("line", "cancelled")
    RECOVERED = LineState.RECOVERED.value, pgettext_lazy("line", "recovered")
    WAIVED = LineState.WAIVED.value, pgettext_lazy("line", "waived")


class LineReason(models.TextChoices):
    """Why a line is held, or why the bank returned it."""

    SUSPENDED = HeldReason.SUSPENDED.value, _("the entitlement is held")
    NO_ACCOUNT = HeldReason.NO_ACCOUNT.value, _("no account in use")
    CLOSED = Failure.CLOSED.value, _("account closed")
    NAME = Failure.NAME.value, _("name and account do not agree")
    DORMANT = Failure.DORMANT.value, _("account dormant or frozen")
    NUMBER = Failure.NUMBER.value, _("account number wrong")
    ID_EXPIRED = Failure.ID_EXPIRED.value, _("ID expired at the bank")
    ACCOUNT_TYPE = Failure.ACCOUNT_TYPE.value, _("kind of account not allowed")
    LIMIT = Failure.LIMIT.value, _("limit exceeded")
    BANK_SYSTEM = Failure.BANK_SYSTEM.value, _("system of the bank")
    FINANCE = Failure.FINANCE.value, _("returned by the finance office")
    OTHER = Failure.OTHER.value, _("other")


def state_in_words(row: Any) -> Any:
    """Of a line or a row of its history: what is asked back is on nobody's way."""
    if row.kind == PaymentLineKind.RECOVERY and row.state == PaymentLineState.PENDING:
        return pgettext_lazy("line", "not come back yet")
    return row.get_state_display()


class PaymentLineQuerySet(OfChildQuerySet):
    def of_run(self, run: PaymentRun, grant: Grant) -> Self:
        return self.permitted(grant).filter(run=run)

    def to_pay(self) -> Self:
        """What goes to the bank."""
        return self.filter(state=PaymentLineState.PENDING).exclude(kind=PaymentLineKind.RECOVERY)

    def was_sent(self) -> Self:
        """What the bank was told to pay, whatever came of it: only the bank sets `failed_on`."""
        sent = Q(state__in=["PENDING", "PAID", "FAILED"]) | Q(failed_on__isnull=False)
        return self.filter(sent).exclude(kind=PaymentLineKind.RECOVERY)

    def to_put_right(self) -> Self:
        """Failed, and nobody has said yet that it may be paid again."""
        return self.filter(state=PaymentLineState.FAILED, retry_at=None)

    def to_come_back(self) -> Self:
        """Asked back by a run that was approved; neither returned nor waived yet."""
        rows = self.filter(kind=PaymentLineKind.RECOVERY, state=PaymentLineState.PENDING)
        return rows.filter(run__approved_at__isnull=False)

    def no_longer_owed(self) -> Self:
        """Of entitlements held, ended before the month, or of months for which more stands by now
        than is owed: lowered since, or paid on a file that is continued in this one.
        """
        in_force = EntitlementRate.objects.filter(
            entitlement=OuterRef("entitlement"), from_month__lte=OuterRef("month")
        ).newest_first()
        ended = Q(entitlement__to_month__lt=F("month"))
        stopped = ~Q(entitlement__state__in=["RUNNING", "ENDED"]) | ended
        of_month = PaymentLine.objects.standing().filter(month=OuterRef("month")).order_by()
        own = of_month.filter(entitlement=OuterRef("entitlement")).values("entitlement")
        merged = of_month.filter(
            child__merged_into=OuterRef("child"), programme=OuterRef("programme")
        ).values("programme")
        sums = [Subquery(rows.annotate(sum=Sum("amount")).values("sum")) for rows in (own, merged)]
        rows = self.annotate(stands=sums[0] + Coalesce(sums[1], Decimal(0)))
        return rows.filter(stopped | Q(stands__gt=Subquery(in_force.values("amount")[:1])))

    def standing(self) -> Self:
        """Without those that another line replaced or that were cancelled."""
        return self.exclude(state__in=[state.value for state in VOID])

    def since(self, month: date) -> Self:
        return self.filter(month__gte=month)


class PaymentLine(models.Model):
    """`area_code` is the township (or what keeps the file) when the line was made."""

    run = models.ForeignKey(
        PaymentRun, verbose_name=_("payment run"), on_delete=models.PROTECT,
        related_name="lines", db_index=False, db_constraint=False,
    )  # fmt: skip
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="payment_lines", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    area_code = models.CharField(_("township"), max_length=12, db_collation="C")
    entitlement = models.ForeignKey(
        Entitlement, verbose_name=_("entitlement"), on_delete=models.PROTECT, related_name="lines",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    rate = models.ForeignKey(
        EntitlementRate, verbose_name=_("amount of an entitlement"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False,
    )  # fmt: skip
    account = models.ForeignKey(
        PaymentAccount, verbose_name=_("bank account"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False,
    )  # fmt: skip
    month = MonthField(_("month"))
    kind = models.CharField(_("kind"), max_length=8, choices=PaymentLineKind)
    state = models.CharField(
        pgettext_lazy("line", "state"), max_length=9, choices=PaymentLineState,
        default=PaymentLineState.PENDING,
    )  # fmt: skip
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    due_on = models.DateField(_("should arrive by"))
    reason = models.CharField(
        pgettext_lazy("line", "reason"), max_length=12, choices=LineReason, blank=True
    )
    replaces = models.ForeignKey(
        "self", verbose_name=_("in place of"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="replaced_by", db_index=False, db_constraint=False,
    )  # fmt: skip
    paid_on = models.DateField(pgettext_lazy("line", "arrived"), null=True, blank=True)
    failed_on = models.DateField(pgettext_lazy("line", "returned"), null=True, blank=True)
    act_by = models.DateField(_("to be put right by"), null=True, blank=True)
    retry_at = models.DateTimeField(_("to be paid again since"), null=True, blank=True)

    objects = PaymentLineQuerySet.as_manager()
    history = History(user_db_constraint=False)
    row_security = OfChildInArea()
    references_in_sets = True

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [
            models.Index(fields=["run", "state"], name="line_of_run"),
            models.Index(fields=["entitlement", "month"], name="line_of_entitlement"),
            models.Index(fields=["child", "-month"], name="line_of_child"),
            models.Index(
                fields=["area_code", "act_by"], name="line_to_put_right",
                condition=Q(state__in=["FAILED", "HELD"]),
            ),
            models.Index(
                fields=["area_code", "month"], name="line_to_come_back",
                condition=Q(kind="RECOVERY", state="PENDING"),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["child", "programme", "month"],
                name="line_pays_a_month_once",
                condition=Q(kind="REGULAR") & ~Q(state="CANCELLED"),
                violation_error_message=_("This month is paid by another line already."),
            ),
            models.UniqueConstraint(
                fields=["run", "entitlement", "month", "kind"],
                name="line_once_in_a_run",
                condition=~Q(state="CANCELLED") & ~Q(kind="REISSUE"),
                violation_error_message=_("The run has such a line already."),
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                name="line_is_replaced_once",
                condition=~Q(state="CANCELLED") & Q(replaces__isnull=False),
                violation_error_message=_("Another line replaces this one already."),
            ),
            is_a_month("line_month_is_a_month", "month"),
            models.CheckConstraint(
                name="line_recovers_what_is_below_zero",
                condition=Q(kind="RECOVERY", amount__lt=0) | ~Q(kind="RECOVERY") & Q(amount__gt=0),
                violation_error_message=_("Only a recovery is below zero."),
            ),
            models.CheckConstraint(
                name="line_reissue_replaces_another",
                condition=Q(kind="REISSUE", replaces__isnull=False)
                | ~Q(kind="REISSUE") & Q(replaces=None),
            ),
            models.CheckConstraint(
                name="line_paid_on_a_day",
                condition=Q(state__in=["PAID", "RECOVERED"], paid_on__isnull=False)
                | ~Q(state__in=["PAID", "RECOVERED"]) & Q(paid_on=None),
                violation_error_message=_("A payment that arrived has the day on which it did."),
            ),
            models.CheckConstraint(
                name="line_failed_with_day_and_reason",
                condition=~Q(state="FAILED") | Q(failed_on__isnull=False) & ~Q(reason=""),
                violation_error_message=_("A returned payment has its day and its reason."),
            ),
            models.CheckConstraint(
                name="line_held_with_reason",
                condition=~Q(state="HELD") | ~Q(reason=""),
                violation_error_message=_("A held payment has its reason."),
            ),
            models.CheckConstraint(
                name="line_goes_to_an_account",
                condition=~Q(state__in=["PENDING", "PAID", "FAILED"]) | Q(kind="RECOVERY")
                | Q(account__isnull=False),
                violation_error_message=_("Money goes to an account."),
            ),
            HeldByTrigger(
                name="line_waived_by_a_second_person",
                violation_error_message=_("A second person waives what is to be recovered."),
            ),
            models.CheckConstraint(
                name="line_kind_known", condition=Q(kind__in=PaymentLineKind.values)
            ),
            models.CheckConstraint(
                name="line_state_known", condition=Q(state__in=PaymentLineState.values)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Payment {self.pk}"

    @property
    def in_words(self) -> str:
        """What the trail of its waiver calls it."""
        return f"{self.month:%Y-%m} {self.amount}"

    @property
    def days_late(self) -> int | None:
        """Days after the day on which it should have arrived; None before it has, and of what comes
        back.
        """
        if self.paid_on is None or self.is_recovery:
            return None
        return max((self.paid_on - self.due_on).days, 0)

    @property
    def is_recovery(self) -> bool:
        return self.kind == PaymentLineKind.RECOVERY

    @property
    def asked_back(self) -> Decimal:
        """Of a recovery, as people say it: above zero."""
        return -self.amount

    @property
    def state_in_words(self) -> Any:
        return state_in_words(self)

    @property
    def is_after_its_end(self) -> bool:
        """Of a month that the entitlement does not reach any more."""
        last = self.entitlement.to_month
        return last is not None and last < self.month

    @property
    def is_to_be_put_right(self) -> bool:
        return self.state == PaymentLineState.FAILED and self.retry_at is None

    @property
    def is_open_recovery(self) -> bool:
        """Of a run that was approved; in a draft it may still go."""
        is_open = self.is_recovery and self.state == PaymentLineState.PENDING
        return is_open and self.run.approved_at is not None
