"""Figures of practice for money, dated, with the document that each rests on."""

from datetime import date
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from assistance.rules.figures import in_force


class PaymentFigureKey(models.TextChoices):
    ACCOUNT_CHILDREN = "ACCOUNT_CHILDREN", _("children on one account that are nothing unusual")
    ACCOUNT_CHANGE_DAYS = (
        "ACCOUNT_CHANGE_DAYS", _("days before a payment in which a new account is checked again")
    )  # fmt: skip
    ARREARS_MONTHS = "ARREARS_MONTHS", _("months back for which arrears are worked out")
    ANSWER_FILE_DAYS = (
        "ANSWER_FILE_DAYS", _("days for which the file of a bank's answer is kept, sealed")
    )  # fmt: skip
    FAILURE_REISSUE_DAYS = (
        "FAILURE_REISSUE_DAYS", _("working days in which a failed payment is paid again")
    )  # fmt: skip
    REHAB_AGE = "REHAB_AGE", _("age at which rehabilitation ends")
    REHAB_GAP_DAYS = "REHAB_GAP_DAYS", _("days without a rehabilitation session that are too long")
    REHAB_END_DAYS = (
        "REHAB_END_DAYS", _("days before its end in which an unused rehabilitation plan is told")
    )  # fmt: skip
    ARRIVAL_PROOF_DAYS = (
        "ARRIVAL_PROOF_DAYS", _("days after registration for the proof of a freshman's arrival")
    )  # fmt: skip


def known_keys() -> Any:
    """Asked at run time, so that a new figure needs no migration."""
    return PaymentFigureKey.choices


class PaymentFigureQuerySet(models.QuerySet):
    def in_force(self, day: date) -> dict[str, int]:
        """Key → value on `day`, defaults included; one query."""
        return in_force(self.values_list("key", "value", "starts_on"), day)


class PaymentFigure(models.Model):
    key = models.CharField(_("figure"), max_length=40, choices=known_keys)
    value = models.PositiveIntegerField(_("value"), validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("in force from"))
    document = models.CharField(_("document number"), max_length=200, blank=True)

    objects = PaymentFigureQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of practice")

    class Meta:
        verbose_name = _("figure of payment practice")
        verbose_name_plural = _("figures of payment practice")
        ordering = ["key", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "starts_on"],
                name="payment_figure_once_a_day",
                violation_error_message=_("This figure has a value from that day already."),
            ),
            models.CheckConstraint(
                name="payment_figure_is_positive",
                condition=Q(value__gt=0),
                violation_error_message=_("The value is at least 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.starts_on}"


def payment_figures(day: date) -> dict[str, int]:
    """Key → value in force on `day`; open to everybody."""
    return PaymentFigure.objects.in_force(day)
