"""What follows from a child's risk: how often to visit, to call, to look at the whole file again.

Rows are dated and name the document they rest on; the administrator keeps them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History

from .child import RiskLevel
from .dated_term import figure

FIGURES = (
    "first_visit_days", "visit_days", "call_days", "verify_months", "second_try_days",
    "put_off_days",
)  # fmt: skip


class CadenceQuerySet(models.QuerySet):
    def in_force(self, day: date) -> Mapping[str, Any]:
        """Risk level → the newest row begun by `day`; one query."""
        rows = self.filter(starts_on__lte=day).order_by("risk_level", "-starts_on")
        found: Any = rows.distinct("risk_level")
        return {row.risk_level: row for row in found}

    def of_child(self, child: Any, day: date) -> Any:
        """The row in force for the child's risk; None where none was entered."""
        rows = self.filter(risk_level=child.risk_level, starts_on__lte=day)
        return rows.order_by("-starts_on").first()


class Cadence(models.Model):
    """`from_points`: an assessment with as many points gives this level; empty for «not assessed».

    A first visit is counted from the opening of the file, a second try from the first in vain.
    """

    risk_level = models.CharField(_("risk"), max_length=10, choices=RiskLevel)
    starts_on = models.DateField(_("in force from"))
    from_points = models.PositiveSmallIntegerField(_("from … points"), null=True, blank=True)
    first_visit_days = figure(_("first visit within … days"))
    visit_days = figure(_("home visit every … days"))
    call_days = figure(_("call every … days"))
    verify_months = figure(_("re-verification every … months"))
    second_try_days = figure(_("second try within … days"))
    put_off_days = figure(_("put off by … days at the most"))
    document = models.CharField(_("document number"), max_length=200, blank=True)

    objects = CadenceQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of practice")

    class Meta:
        verbose_name = _("cadence by risk")
        verbose_name_plural = _("cadences by risk")
        ordering = ["risk_level", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["risk_level", "starts_on"],
                name="cadence_once_a_day",
                violation_error_message=_("This risk has its figures from that day already."),
            ),
            models.CheckConstraint(
                name="cadence_level_known", condition=Q(risk_level__in=RiskLevel.values)
            ),
            models.CheckConstraint(
                name="cadence_is_positive",
                condition=Q(**{f"{figure}__gt": 0 for figure in FIGURES}),
                violation_error_message=_("Each figure is at least 1."),
            ),
            models.CheckConstraint(
                name="cadence_points_for_assessed_levels_alone",
                condition=Q(risk_level=RiskLevel.UNKNOWN, from_points__isnull=True)
                | ~Q(risk_level=RiskLevel.UNKNOWN) & Q(from_points__isnull=False),
                violation_error_message=_(
                    "Each risk that is assessed begins at some points; «not assessed» has none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk_level} {self.starts_on}"


def by_points(day: date) -> list[Cadence]:
    """The risks that are assessed, the greatest first; open to everybody."""
    rows = [row for row in Cadence.objects.in_force(day).values() if row.from_points is not None]
    return sorted(rows, key=lambda row: -(row.from_points or 0))
