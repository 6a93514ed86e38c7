"""Institutions designated for rehabilitation: from when to when, for which kinds."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from accounts.models import Area
from children.models.base import Period, ends_after_it_starts


class RehabilitationKind(models.TextChoices):
    """The six groups of the law, each with its training; and what is done once."""

    VISUAL = "VISUAL", _("visual training")
    HEARING = "HEARING", _("hearing training")
    SPEECH = "SPEECH", _("speech training")
    PHYSICAL = "PHYSICAL", _("physical training")
    INTELLECTUAL = "INTELLECTUAL", _("training for intellectual disability")
    AUTISM = "AUTISM", _("training for autism")
    SURGERY = "SURGERY", _("surgery")
    DEVICE = "DEVICE", _("assistive device")


ONE_OFF = [RehabilitationKind.SURGERY.value, RehabilitationKind.DEVICE.value]


class RehabilitationInstitutionQuerySet(models.QuerySet):
    def permitted(self, grant: Any) -> Self:
        """Public bodies: everybody who works with plans may choose one."""
        return self.all()

    def on(self, day: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class RehabilitationInstitution(models.Model):
    """One row for each designation; renewed, the next row begins after the last day of this."""

    name = models.CharField(pgettext_lazy("place or organisation", "name"), max_length=200)
    area = models.ForeignKey(
        Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="+"
    )
    kinds = ArrayField(
        models.CharField(max_length=12, choices=RehabilitationKind),
        verbose_name=_("designated for"),
    )
    starts_on = models.DateField(_("designated from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    document = models.CharField(_("document number"), max_length=200, blank=True)

    objects = RehabilitationInstitutionQuerySet.as_manager()
    history = History()
    row_security = Open("a published list of institutions")

    class Meta:
        verbose_name = _("rehabilitation institution")
        verbose_name_plural = _("rehabilitation institutions")
        ordering = ["name", "starts_on"]
        constraints = [
            ends_after_it_starts("rehab_institution_ends_after_it_starts"),
            ExclusionConstraint(
                name="rehab_institution_designated_once",
                expressions=[
                    ("name", RangeOperators.EQUAL),
                    ("area", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("It is designated in this time already."),
            ),
            models.CheckConstraint(
                name="rehab_institution_kinds_known",
                condition=Q(kinds__contained_by=RehabilitationKind.values, kinds__len__gt=0),
                violation_error_message=_("Say for which kinds it is designated."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds_in_words(self) -> str:
        return " · ".join(str(RehabilitationKind(kind).label) for kind in self.kinds)
