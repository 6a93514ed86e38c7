"""Days away from school: one row from the first day missed to the first day back."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History
from children.models.base import Record

from .base import HalfOpenPeriod, HalfOpenQuerySet, ends_no_earlier
from .school import School


class AbsenceKind(models.TextChoices):
    ILL = "ILL", _("ill")
    LEAVE = "LEAVE", _("on leave")
    UNEXCUSED = "UNEXCUSED", _("without leave")


class Absence(Record):
    """`ends_on` is the first day back; none while the child is still away."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="absences")
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind of absence"), max_length=10, choices=AbsenceKind)
    starts_on = models.DateField(_("first day missed"))
    ends_on = models.DateField(_("back on"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects = HalfOpenQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            ends_no_earlier("absence_ends_after_it_starts"),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (HalfOpenPeriod(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("An absence of these days is noted already."),
            ),
            models.CheckConstraint(
                name="absence_kind_known", condition=Q(kind__in=AbsenceKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Absence {self.pk}"
