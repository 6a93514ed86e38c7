"""Standards: what a programme pays, from which month, where and for whom."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from assistance.mistakes import told
from assistance.rules.read_standard import standard
from assistance.rules.reading import At, Wrong

from .dated import Dated, DatedQuerySet, Months, dated_constraints, given
from .programme import Cadence, Programme


class FormulaKind(models.TextChoices):
    FIXED = "FIXED", _("fixed amount")
    PERCENT = "PERCENT", _("per cent of a standard")
    PERCENT_OF_DIFFERENCE = (
        "PERCENT_OF_DIFFERENCE",
        _("per cent of the difference of two standards"),
    )
    TOP_UP = "TOP_UP", _("top-up to a standard")
    ACTUAL = "ACTUAL", _("real cost up to a limit")


class StandardQuerySet(DatedQuerySet):
    """Standards of all programmes."""


class Standard(Dated):
    """`terms` holds what the formula needs beside `amount`, `applies_to` the dimensions, both as
    docs/rules.md writes them.
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="standards"
    )
    formula = models.CharField(
        _("formula"), max_length=30, choices=FormulaKind, default=FormulaKind.FIXED
    )
    amount = models.DecimalField(
        _("amount in yuan"), max_digits=10, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    terms = models.JSONField(
        _("terms of the formula"), default=dict, blank=True,
        help_text=_("For formulas other than a fixed amount; see docs/rules.md."),
    )  # fmt: skip
    per = models.CharField(_("amount is per"), max_length=10, choices=Cadence)
    applies_to = models.JSONField(
        _("for whom"), default=dict, blank=True,
        help_text=_(
            "Dimensions such as {\"disability\": {\"grades\": [1, 2]}}; {} is for all."
            " See docs/rules.md."
        ),
    )  # fmt: skip

    objects = StandardQuerySet.as_manager()
    history = History()
    row_security = Open("published standards of assistance")

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["programme", "area", "-from_month", "pk"]
        constraints = [
            *dated_constraints("standard"),
            ExclusionConstraint(
                name="standard_one_at_a_time",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("area", RangeOperators.EQUAL),
                    (Func(Cast("applies_to", models.TextField()), function="md5",
                          output_field=models.TextField()), RangeOperators.EQUAL),
                    (Months(), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_withdrawn=False),
                violation_error_message=_(
                    "In these months there is a standard for the same programme, area and children."
                ),
            ),
            models.CheckConstraint(
                name="standard_amount_fits_its_formula",
                condition=Q(formula="FIXED", amount__isnull=False, terms={})
                | Q(formula="TOP_UP")
                | ~Q(formula__in=["FIXED", "TOP_UP"]) & Q(amount__isnull=True),
                violation_error_message=_(
                    "A fixed amount is one number; other formulas have terms."
                ),
            ),
            models.CheckConstraint(
                name="standard_amount_not_below_zero",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                violation_error_message=_("The amount is not below zero."),
            ),
            models.CheckConstraint(
                name="standard_formula_known", condition=Q(formula__in=FormulaKind.values)
            ),
            models.CheckConstraint(name="standard_per_known", condition=Q(per__in=Cadence.values)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        super().clean()
        if not isinstance(self.applies_to, dict):
            raise ValidationError({"applies_to": _("An object {…} is expected.")})
        if not isinstance(self.terms, dict):
            raise ValidationError({"terms": _("An object {…} is expected.")})
        if self.programme_id is None:
            return
        try:
            at = At(self.as_json(), "", [])
            standard(at, None, {self.programme.code: self.programme})  # type: ignore[dict-item]
        except Wrong as mistake:
            field = "terms" if mistake.place.startswith(("formula", "amount")) else "applies_to"
            raise ValidationError({field: told(mistake)}) from mistake

    def as_json(self) -> dict[str, Any]:
        """As docs/rules.md writes it."""
        amount = number(self.amount)
        if self.formula == FormulaKind.FIXED:
            what: dict[str, Any] = {"amount": amount}
        else:
            to = {"to": amount} if amount is not None else {}
            what = {"formula": {"kind": self.formula, **to, **self.terms}}
        per = {} if self.per == self.programme.cadence else {"per": self.per}
        return {"programme": self.programme.code, **what, **per, **self.scope_json(),
                **given_dimensions(self.applies_to)}  # fmt: skip


def given_dimensions(applies_to: dict[str, Any]) -> dict[str, Any]:
    """`boarding: false` says something; the others say nothing when empty."""
    boarding = {"boarding": False} if applies_to.get("boarding") is False else {}
    return given(applies_to) | boarding


def number(amount: Decimal | None) -> int | float | None:
    """As JSON writes money: whole yuan as a whole number."""
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)
