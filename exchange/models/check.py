"""The checks between lists and the registry: which are in use, how urgent, whose; their figures."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from accounts.models.organisation import Department
from exchange.rules.check_figures import in_force


class Severity(models.TextChoices):
    CRITICAL = "CRITICAL", _("critical")
    HIGH = "HIGH", _("high")
    MEDIUM = "MEDIUM", _("medium")
    LOW = "LOW", _("low")


def checks_in_use() -> "list[Check]":
    return list(Check.objects.filter(is_active=True))


class Check(models.Model):
    """What it compares is in `exchange.checks`, its words in `exchange.checks.words`."""

    code = models.CharField(pgettext_lazy("check", "number"), max_length=3, unique=True)
    is_active = models.BooleanField(_("in use"), default=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    deadline_days = models.PositiveSmallIntegerField(
        _("deadline in working days"), validators=[MinValueValidator(1)]
    )
    department = models.CharField(_("department"), max_length=20, choices=Department)
    needs_visit = models.BooleanField(_("confirmed by a visit alone"), default=False)
    programmes = ArrayField(
        models.CharField(max_length=40), verbose_name=_("programmes looked at"), default=list,
        blank=True, help_text=_("Codes of programmes, for checks of single programmes."),
    )  # fmt: skip
    asks = ArrayField(
        models.CharField(max_length=20, choices=Department),
        verbose_name=_("departments that may be asked"), default=list, blank=True,
        help_text=_("Whose books the check compares. They are told its title, and whom it means."),
    )  # fmt: skip

    history = History()
    row_security = Open("rules of comparison, no personal data")

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="check_code_is_one", condition=Q(code__regex=r"^M[0-9]{2}$"),
                violation_error_message=_("Checks are numbered M01, M02 …"),
            ),
            models.CheckConstraint(
                name="check_severity_known", condition=Q(severity__in=Severity.values)
            ),
            models.CheckConstraint(
                name="check_department_known", condition=Q(department__in=Department.values)
            ),
            models.CheckConstraint(
                name="check_asks_departments", condition=Q(asks__contained_by=Department.values)
            ),
            models.CheckConstraint(
                name="check_has_a_deadline", condition=Q(deadline_days__gt=0),
                violation_error_message=_("A check leaves at least one working day."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        from exchange.checks.words import TITLES

        return str(TITLES[self.code])

    @property
    def advice(self) -> str:
        from exchange.checks.words import ADVICE

        return str(ADVICE[self.code])


class CheckFigureKey(models.TextChoices):
    EXPIRY_DAYS = "EXPIRY_DAYS", _("M05: certificates that expire within … days")
    LOST_CONTACT_MONTHS = "LOST_CONTACT_MONTHS", _("M10: lost contact for … months")
    ABSENT_DAYS = "ABSENT_DAYS", _("M16: absent for … school days")
    SCHOOL_AGE_FROM = "SCHOOL_AGE_FROM", _("M15, M18: from … completed years")
    SCHOOL_AGE_TO = "SCHOOL_AGE_TO", _("M15, M18: up to … completed years")
    REHAB_AGE_TO = "REHAB_AGE_TO", _("M28: up to … completed years, counted on the day")
    REHAB_PAUSE_DAYS = (
        "REHAB_PAUSE_DAYS",
        _("M28: days that may pass after a plan ended or an application was approved"),
    )  # fmt: skip
    PAY_GRACE_DAYS = "PAY_GRACE_DAYS", _("M31: days after a month in which it may still be paid")
    MONTHS_BACK = "MONTHS_BACK", _("M31: months looked back over")
    OVERDUE_DAYS = "OVERDUE_DAYS", _("M32: overdue by … days")
    AGE_OUT = "AGE_OUT", _("M25: age at which support ends")
    AGE_OUT_EARLY = "AGE_OUT_EARLY", _("M25: age at which it ends for destitute and left behind")
    COME_BACK_DAYS = (
        "COME_BACK_DAYS", _("closed findings that still hold come back after … days")
    )  # fmt: skip


class CheckFigureQuerySet(models.QuerySet):
    def in_force(self, day: date) -> dict[str, int]:
        """Key → value on `day`, defaults included; one query."""
        return in_force(self.values_list("key", "value", "starts_on"), day)


def known_keys() -> Any:
    """Asked at run time, so that a new figure needs no migration."""
    return CheckFigureKey.choices


class CheckFigure(models.Model):
    key = models.CharField(_("figure"), max_length=40, choices=known_keys)
    value = models.PositiveIntegerField(_("value"), validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("in force from"))
    document = models.CharField(_("document number"), max_length=200, blank=True)

    objects = CheckFigureQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of practice")

    class Meta:
        verbose_name = _("figure of the checks")
        verbose_name_plural = _("figures of the checks")
        ordering = ["key", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "starts_on"], name="check_figure_once_a_day",
                violation_error_message=_("This figure has a value from that day already."),
            ),
            models.CheckConstraint(
                name="check_figure_is_positive", condition=Q(value__gt=0),
                violation_error_message=_("The value is at least 1."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.key} {self.starts_on}"
