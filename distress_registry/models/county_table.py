"""The tables that a county reports: what each counts, and how its columns are headed."""

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission
from accounts.guard.policies import Open
from accounts.history import History
from accounts.language import of_reader
from distress_registry.rules.county_figures import FIGURES, PLANS, Counting, Plan

COUNTED = [
    (Counting.CIVIL.value, _("distressed children and orphans")),
    (Counting.GUARANTEES.value, _("five guarantees by category")),
    (Counting.SURVEY.value, _("left-behind children")),
    (Counting.PAYMENTS.value, _("payments of a month, by programme")),
    (Counting.DROPOUT_MONTH.value, _("dropouts of a month, by school")),
    (Counting.DROPOUT_QUARTER.value, _("dropouts of a quarter, by township")),
]
# What a reader needs beside the right to see figures.
NEEDS = {
    Counting.PAYMENTS: Permission.RUN_VIEW,
    Counting.DROPOUT_MONTH: Permission.LEDGER_VIEW,
    Counting.DROPOUT_QUARTER: Permission.LEDGER_VIEW,
}


class CountyTableQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Tables in use of which the reader may know what they count."""
        shut = [counting.value for counting, need in NEEDS.items() if not grant.allows(need)]
        return self.filter(is_active=True).exclude(counting__in=shut).order_by("position", "pk")


class CountyTable(models.Model):
    key = models.SlugField(_("key"), max_length=40, db_index=False)
    title_zh = models.CharField(_("Chinese title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100)
    department = models.CharField(_("department"), max_length=100)
    legal_ground = models.CharField(_("legal ground"), max_length=200)
    counting = models.CharField(_("what is counted"), max_length=16, choices=COUNTED)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CountyTableQuerySet.as_manager()
    history = History()
    row_security = Open("how tables are laid out is no personal data")

    class Meta:
        verbose_name = _("table to report")
        verbose_name_plural = _("tables to report")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="county_table_once_a_key",
                violation_error_message=_("There is a table of this key."),
            ),
            models.CheckConstraint(
                name="county_table_counting_known",
                condition=Q(counting__in=[one.value for one in Counting]),
            ),
            models.CheckConstraint(
                name="county_table_says_on_what_ground",
                condition=~Q(department="") & ~Q(legal_ground=""),
                violation_error_message=_("Say whom the table is for, and on what ground."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return of_reader(self.title_zh, self.title_en)

    @property
    def plan(self) -> Plan:
        return PLANS[Counting(self.counting)]

    @property
    def is_quarterly(self) -> bool:
        return self.plan.months == 3

    @property
    def rows_are_places(self) -> bool:
        """Not programmes or schools: then each leads down to its own."""
        return self.counting not in (Counting.PAYMENTS, Counting.DROPOUT_MONTH)


class CountyTableColumn(models.Model):
    """A figure that is not shown stands in no check sum either."""

    table = models.ForeignKey(
        CountyTable,
        verbose_name=_("table to report"),
        on_delete=models.PROTECT,
        related_name="columns",
    )
    figure = models.CharField(_("figure"), max_length=40)
    heading_zh = models.CharField(_("Chinese heading"), max_length=60)
    heading_en = models.CharField(_("English heading"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_shown = models.BooleanField(_("shown"), default=True)

    history = History()
    row_security = Open("how tables are laid out is no personal data")

    class Meta:
        verbose_name = pgettext_lazy("table to report", "column of a table")
        verbose_name_plural = pgettext_lazy("table to report", "columns of a table")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "figure"], name="county_table_column_once_a_figure",
                violation_error_message=_("The table has a column of this figure."),
            ),
            models.CheckConstraint(
                name="county_table_column_figure_known", condition=Q(figure__in=list(FIGURES))
            ),
            models.CheckConstraint(
                name="county_table_column_has_a_heading",
                condition=~Q(heading_zh="") & ~Q(heading_en=""),
                violation_error_message=_("A column has a heading in both languages."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return of_reader(self.heading_zh, self.heading_en)


def table_titles() -> dict[str, str]:
    """Key → title, of tables no longer in use too."""
    return {table.key: str(table) for table in CountyTable.objects.all()}


def table_headings(kinds: Collection[str]) -> dict[str, dict[str, str]]:
    """Table → figure → heading."""
    found: dict[str, dict[str, str]] = {}
    columns = CountyTableColumn.objects.filter(table__key__in=kinds)
    for column in columns.select_related("table"):
        heading = of_reader(column.heading_zh, column.heading_en)
        found.setdefault(column.table.key, {})[column.figure] = heading
    return found
