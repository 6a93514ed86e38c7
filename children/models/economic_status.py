"""How the household is classed by social assistance, dated."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History

from .base import OfChildPeriodQuerySet, Period, Record, ends_after_it_starts


class EconomicStatus(models.TextChoices):
    ORDINARY = "ORDINARY", _("none of these")
    DIBAO = "DIBAO", _("subsistence allowance")
    NEAR_THRESHOLD = "NEAR_THRESHOLD", _("near-threshold household")
    RIGID_EXPENDITURE = "RIGID_EXPENDITURE", _("rigid-expenditure household")
    DESTITUTE = "DESTITUTE", _("destitute support")
    POVERTY_MONITORED = "POVERTY_MONITORED", _("poverty-return monitored")


class EconomicStatusSpell(Record):
    child = models.ForeignKey(
        "children.Child",
        on_delete=models.PROTECT,
        related_name="economic_statuses",
        db_constraint=False,
    )
    status = models.CharField(_("household status"), max_length=20, choices=EconomicStatus)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)

    objects = OfChildPeriodQuerySet.as_manager()
    history = History(user_db_constraint=False)
    row_security = OfChild()
    references_in_sets = True

    class Meta:
        verbose_name = _("household economic status")
        verbose_name_plural = _("household economic statuses")
        constraints = [
            ends_after_it_starts("economic_status_ends_after_it_starts"),
            ExclusionConstraint(
                name="economic_status_one_at_a_time",
                expressions=[("child", RangeOperators.EQUAL), (Period(), RangeOperators.OVERLAPS)],
                violation_error_message=_(
                    "The household already has an economic status in that period."
                ),
            ),
            models.CheckConstraint(
                name="economic_status_known", condition=Q(status__in=EconomicStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Economic status {self.pk}"
