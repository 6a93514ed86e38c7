"""Lawful reasons to be out of class: approved, dated, with the paper they rest on."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from children.models.base import OfChildQuerySet, Period, Record, ends_after_it_starts


class ExcuseKind(models.TextChoices):
    DEFERRED = "DEFERRED", _("enrolment deferred")
    SUSPENDED = "SUSPENDED", _("studies suspended")
    ELSEWHERE = "ELSEWHERE", _("enrolled elsewhere, with proof")
    ABROAD = "ABROAD", _("lives abroad")


class ExcuseReason(models.TextChoices):
    """All that the law knows; poverty and disability are none (schools.rules.excuse)."""

    BODY_CONDITION = "BODY_CONDITION", _("state of health, by a doctor's statement")
    ILLNESS = "ILLNESS", _("illness or injury under treatment")
    MOVED = "MOVED", _("lives and learns in another place")


class Office(models.TextChoices):
    TOWNSHIP = "TOWNSHIP", _("township")
    COUNTY = "COUNTY", _("county education")


class ExcuseQuerySet(OfChildQuerySet):
    def on(self, day: date) -> Self:
        """Rows in force on `day`, last day included."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Excuse(Record):
    """Entered by the office that approves; without an end there is none.

    `approved_until` is the last day as approved, once the reason was ended earlier.
    """

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="excuses")
    kind = models.CharField(_("lawful reason"), max_length=12, choices=ExcuseKind)
    reason = models.CharField(_("because of"), max_length=16, choices=ExcuseReason)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("until"))
    office = models.CharField(pgettext_lazy("office", "approved by"), max_length=10, choices=Office)
    approved_on = models.DateField(_("approved on"))
    document = models.CharField(
        _("document"), max_length=200,
        help_text=_("Number of the decision, or the paper that proves it."),
    )  # fmt: skip

    approved_until = models.DateField(_("approved until"), null=True, blank=True, editable=False)
    ended_because = models.CharField(
        _("why it ended early"), max_length=500, blank=True, editable=False
    )

    objects = ExcuseQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("lawful reason out of class")
        verbose_name_plural = _("lawful reasons out of class")
        constraints = [
            ends_after_it_starts("excuse_ends_after_it_starts"),
            ExclusionConstraint(
                name="excuse_one_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("A lawful reason is on file for that period already."),
            ),
            models.CheckConstraint(
                name="excuse_kind_known", condition=Q(kind__in=ExcuseKind.values)
            ),
            models.CheckConstraint(
                name="excuse_reason_is_lawful",
                condition=Q(reason__in=ExcuseReason.values),
                violation_error_message=_("The law knows no such reason."),
            ),
            models.CheckConstraint(
                name="excuse_office_known", condition=Q(office__in=Office.values)
            ),
            models.CheckConstraint(
                name="excuse_has_its_document",
                condition=~Q(document=""),
                violation_error_message=_("Name the decision or the paper that proves it."),
            ),
            models.CheckConstraint(
                name="excuse_ended_early_has_its_reason",
                condition=Q(approved_until__isnull=True, ended_because="")
                | Q(approved_until__isnull=False, approved_until__gt=F("ends_on"))
                & ~Q(ended_because=""),
                violation_error_message=_("Say why it ends before the day it was approved for."),
            ),
        ]

    def __str__(self) -> str:
        return f"Excuse {self.pk}"
