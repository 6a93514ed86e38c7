"""What a school charges, dated: waivers pay it, see `rules.school_fee`."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from schools.models import School, Stage

from .dated import Months
from .month import MonthField, is_a_month

NAME = r"^\S+$"


class SchoolFee(models.Model):
    """`amount` is for a month when `months` says in how many of a term it is charged, else for a
    term.
    """

    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="fees"
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    what = models.CharField(
        pgettext_lazy("fee", "what it is for"), max_length=40,
        validators=[RegexValidator(NAME, _("A name without spaces."))],
        help_text=_("The name under which a standard of the formula «real cost» asks for it."),
    )  # fmt: skip
    amount = models.DecimalField(
        _("amount in yuan"), max_digits=9, decimal_places=2, validators=[MinValueValidator(0)]
    )
    months = models.PositiveSmallIntegerField(
        _("months of a term in which it is charged"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("The amount is for one month then; empty: it is for the term."),
    )  # fmt: skip
    from_month = MonthField(_("in force from"))
    to_month = MonthField(
        _("until"), null=True, blank=True, help_text=_("The last month included.")
    )
    document = models.CharField(_("document number"), max_length=200, blank=True)

    history = History()
    row_security = Open("published fees of schools")

    class Meta:
        verbose_name = _("fee of a school")
        verbose_name_plural = _("fees of schools")
        ordering = ["school", "stage", "what", "-from_month"]
        constraints = [
            ExclusionConstraint(
                name="school_fee_one_at_a_time",
                expressions=[
                    ("school", RangeOperators.EQUAL),
                    ("stage", RangeOperators.EQUAL),
                    ("what", RangeOperators.EQUAL),
                    (Months(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "In these months the school charges such a fee for this stage already."
                ),
            ),
            models.CheckConstraint(
                name="school_fee_is_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message=_("The amount is above zero."),
            ),
            models.CheckConstraint(
                name="school_fee_months_of_a_term",
                condition=Q(months=None) | Q(months__range=(1, 12)),
                violation_error_message=_("A term has one to twelve months."),
            ),
            is_a_month("school_fee_months_are_months", "from_month", "to_month"),
            models.CheckConstraint(
                name="school_fee_ends_no_earlier_than_it_starts",
                condition=Q(to_month=None) | Q(to_month__gte=F("from_month")),
                violation_error_message=_("The last month lies before the first."),
            ),
            models.CheckConstraint(
                name="school_fee_stage_known", condition=Q(stage__in=Stage.values)
            ),
            models.CheckConstraint(
                name="school_fee_is_named",
                condition=Q(what__regex=NAME),
                violation_error_message=_("A name without spaces."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        """Months begin on their first day, whichever was typed."""
        for name in ("from_month", "to_month"):
            if (day := getattr(self, name)) is not None:
                setattr(self, name, day.replace(day=1))
