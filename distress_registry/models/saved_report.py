"""Tables of figures that a county put together, kept under a name and shared inside it."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import InArea
from accounts.history import History
from accounts.models import Area, Posting
from children.models import CategoryCode, Record
from distress_registry.rules.report import MOST_MONTHS, Dimension, Measure, Report

from .guarantee_term import Guarantee


class ReportDimension(models.TextChoices):
    PLACE = Dimension.PLACE.value, _("place")
    CATEGORY = Dimension.CATEGORY.value, _("category")
    GUARANTEE = Dimension.GUARANTEE.value, _("guarantee")
    MONTH = Dimension.MONTH.value, _("month")


class ReportMeasure(models.TextChoices):
    CHILDREN = Measure.CHILDREN.value, pgettext_lazy("measure", "children")
    CONCERNED = Measure.CONCERNED.value, pgettext_lazy("measure", "children concerned")
    COVERED = Measure.COVERED.value, pgettext_lazy("measure", "covered")
    MISSING = Measure.MISSING.value, pgettext_lazy("measure", "not covered")
    SHARE = Measure.SHARE.value, pgettext_lazy("measure", "share covered, per cent")


class SavedReportQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the grant's own area: shared ones, and its user's."""
        mine = Q(is_shared=True) | Q(made_by__user=grant.user)
        return self.filter(mine, area=grant.area_code, removed_at__isnull=True)


class SavedReport(Record):
    area = models.ForeignKey(
        Area, verbose_name=_("place"), on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.ForeignKey(
        Posting, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(pgettext_lazy("report", "name"), max_length=100)
    is_shared = models.BooleanField(_("shared inside the county"), default=True)
    rows = models.CharField(pgettext_lazy("report", "rows"), max_length=10, choices=ReportDimension)
    columns = models.CharField(
        pgettext_lazy("report", "columns"), max_length=10, choices=ReportDimension
    )
    measure = models.CharField(_("figure"), max_length=10, choices=ReportMeasure)
    category = models.CharField(_("category"), max_length=20, choices=CategoryCode, blank=True)
    guarantee = models.CharField(_("guarantee"), max_length=12, choices=Guarantee, blank=True)
    months = models.PositiveSmallIntegerField(_("months"), default=1)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = SavedReportQuerySet.as_manager()
    history = History()
    row_security = InArea("area_id")

    class Meta:
        verbose_name = _("saved report")
        verbose_name_plural = _("saved reports")
        constraints = [
            models.CheckConstraint(
                name="report_rows_are_not_its_columns",
                condition=~Q(rows=F("columns")),
                violation_error_message=_("Rows and columns are two different things."),
            ),
            models.CheckConstraint(
                name="report_parts_known",
                condition=Q(
                    rows__in=ReportDimension.values,
                    columns__in=ReportDimension.values,
                    measure__in=ReportMeasure.values,
                    category__in=["", *CategoryCode.values],
                    guarantee__in=["", *Guarantee.values],
                ),
            ),
            models.CheckConstraint(
                name="report_months_are_few",
                condition=Q(months__gte=1, months__lte=MOST_MONTHS),
                violation_error_message=_("From 1 to 24 months."),
            ),
            models.CheckConstraint(
                name="report_has_a_name",
                condition=~Q(name__regex=r"^\s*$"),
                violation_error_message=_("Give the report a name."),
            ),
            models.UniqueConstraint(
                fields=["area", "name"],
                name="report_name_once_in_a_county",
                condition=Q(removed_at__isnull=True),
                violation_error_message=_("Another report has this name."),
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"

    @property
    def parts(self) -> Report:
        return Report(
            self.rows, self.columns, self.measure, self.category, self.guarantee, self.months
        )
