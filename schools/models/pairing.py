"""Who at school takes care of a child: one main helper at a time, and assistants."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models import Posting
from children.models.base import Record

from .base import HalfOpenPeriod, HalfOpenQuerySet, ends_no_earlier
from .enrolment import Enrolment


class PairingQuerySet(HalfOpenQuerySet):
    def caring_on(self, day: date) -> Self:
        """Pairings whose helper is still there: a posting that ended helps nobody."""
        return self.on(day).filter(helper__in=Posting.objects.held_on(day))

    def left_behind(self, day: date) -> Self:
        """Pairings whose helper is gone: posted no longer, switched off, or at another school."""
        elsewhere = Enrolment.objects.on(day).filter(child=OuterRef("child"))
        elsewhere = elsewhere.exclude(school=OuterRef("helper__organisation"))
        gone = ~Q(helper__in=Posting.objects.held_on(day))
        return self.on(day).filter(gone | Exists(elsewhere))


class Pairing(Record):
    """`ends_on` is the day of handover: from that day on the next helper cares."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="pairings")
    helper = models.ForeignKey(
        Posting, verbose_name=_("helper"), on_delete=models.PROTECT, related_name="pairings"
    )
    is_main = models.BooleanField(_("main helper"), default=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("handed over on"), null=True, blank=True)
    ended_because = models.CharField(_("reason of the change"), max_length=500, blank=True)
    confirmed_at = models.DateTimeField(
        _("handover confirmed"), null=True, blank=True, editable=False
    )

    objects = PairingQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        constraints = [
            ends_no_earlier("pairing_ends_after_it_starts"),
            models.CheckConstraint(
                name="pairing_reason_belongs_to_an_end",
                condition=Q(ended_because="") | Q(ends_on__isnull=False),
            ),
            ExclusionConstraint(
                name="pairing_one_main_helper_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (HalfOpenPeriod(), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_main=True),
                violation_error_message=_("The child has a main helper in that period already."),
            ),
            ExclusionConstraint(
                name="pairing_of_one_helper_never_overlaps",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("helper", RangeOperators.EQUAL),
                    (HalfOpenPeriod(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This helper is paired with the child already."),
            ),
        ]

    def __str__(self) -> str:
        return f"Pairing {self.pk}"
