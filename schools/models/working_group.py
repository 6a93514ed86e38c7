"""Who answers for the children at a school in a school year: a group of seats, each with holders.

A seat is a duty, not a person: it stands empty when nobody holds it, and that is seen.
"""

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import Open
from accounts.history import History
from accounts.models import Posting
from accounts.models.area import upper_bound

from .base import HalfOpenPeriod, ends_no_earlier
from .school import School, SchoolYear, Stage


class SeatKind(models.TextChoices):
    LEAD = "LEAD", _("head of the group (principal)")
    GRADE_HEAD = "GRADE_HEAD", _("head of grade")
    CLASS_TEACHER = "CLASS_TEACHER", _("class teacher")
    SUBJECT_TEACHER = "SUBJECT_TEACHER", _("subject teacher")
    COUNSELLOR = "COUNSELLOR", _("counsellor")
    LOGISTICS = "LOGISTICS", pgettext_lazy("seat", "boarding and logistics")


def _of_school(grant: Grant, path: str) -> Q:
    """The posting's own school, or the schools in its area; `path` leads to the organisation."""
    if grant.posting.organisation_id is not None:
        return Q(**{path: grant.posting.organisation_id})
    code = grant.area_code or "~"
    return Q(**{f"{path}__area__gte": code, f"{path}__area__lt": upper_bound(code)})


class WorkingGroupQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        return self.filter(_of_school(grant, "school__organisation"))


class WorkingGroup(models.Model):
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="working_groups"
    )
    year = models.ForeignKey(
        SchoolYear, verbose_name=_("school year"), on_delete=models.PROTECT, related_name="+"
    )
    formed_on = models.DateField(_("formed on"))

    objects = WorkingGroupQuerySet.as_manager()
    history = History()
    row_security = Open("who answers at a school is known to all who work there; no child's row")

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year"],
                name="working_group_once_a_year",
                violation_error_message=_("The school has a working group for this year already."),
            ),
        ]

    def __str__(self) -> str:
        return f"Working group {self.pk}"


class SeatQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        return self.filter(_of_school(grant, "group__school__organisation"))

    def needed(self) -> Self:
        return self.filter(closed_on__isnull=True)


class Seat(models.Model):
    """A class teacher's seat names the class as the roll does, a subject teacher's the subject."""

    group = models.ForeignKey(
        WorkingGroup, verbose_name=_("working group"), on_delete=models.PROTECT,
        related_name="seats",
    )  # fmt: skip
    kind = models.CharField(_("seat"), max_length=16, choices=SeatKind)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, blank=True)
    grade = models.PositiveSmallIntegerField(
        pgettext_lazy("school", "grade"), null=True, blank=True
    )
    class_name = models.CharField(_("class"), max_length=40, blank=True)
    subject = models.CharField(pgettext_lazy("school", "subject"), max_length=40, blank=True)
    opened_on = models.DateField(_("needed since"))
    closed_on = models.DateField(_("no longer needed since"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()
    history = History()
    row_security = Open("duties at a school; no child's row")

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "kind", "stage", "grade", "class_name", "subject"],
                name="seat_once_in_a_group",
                condition=Q(closed_on__isnull=True),
                nulls_distinct=False,
                violation_error_message=_("The group has this seat already."),
            ),
            models.CheckConstraint(name="seat_kind_known", condition=Q(kind__in=SeatKind.values)),
            models.CheckConstraint(
                name="seat_of_a_class_names_it",
                condition=Q(
                    kind=SeatKind.CLASS_TEACHER, stage__in=Stage.values, grade__isnull=False
                )
                | Q(kind=SeatKind.GRADE_HEAD, stage__in=Stage.values, grade__isnull=False,
                    class_name="")
                | ~Q(kind__in=[SeatKind.CLASS_TEACHER, SeatKind.GRADE_HEAD])
                & Q(stage="", grade__isnull=True, class_name=""),
                violation_error_message=_("A class teacher's seat names stage, grade and class."),
            ),
            models.CheckConstraint(
                name="seat_of_a_subject_names_it",
                condition=Q(kind=SeatKind.SUBJECT_TEACHER) & ~Q(subject="")
                | ~Q(kind=SeatKind.SUBJECT_TEACHER) & Q(subject=""),
                violation_error_message=_("A subject teacher's seat names the subject."),
            ),
            models.CheckConstraint(
                name="seat_closed_after_opening",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("opened_on")),
                violation_error_message=_("The last day is before the first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Seat {self.pk}"

    @property
    def label(self) -> str:
        """E.g. «class teacher · primary school grade 4 class 2»."""
        parts = [str(self.get_kind_display())]  # type: ignore[attr-defined]
        if self.grade is not None:
            parts.append(class_label(self.stage, self.grade, self.class_name))
        if self.subject:
            parts.append(self.subject)
        return " · ".join(parts)


def class_label(stage: str, grade: int | None, class_name: str) -> str:
    """Without stage or grade: the name of the class, if any."""
    if not stage or grade is None:
        return class_name or str(_("on no roll"))
    place = {"stage": Stage(stage).label, "grade": grade, "name": class_name}
    return (pgettext("class", "%(stage)s, grade %(grade)s %(name)s") % place).strip()


class SeatHolderQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        return self.filter(_of_school(grant, "seat__group__school__organisation"))


class SeatHolder(models.Model):
    """`ends_on` is the first day on which the seat is another's, or nobody's."""

    seat = models.ForeignKey(
        Seat, verbose_name=_("seat"), on_delete=models.PROTECT, related_name="holders"
    )
    holder = models.ForeignKey(
        Posting, verbose_name=_("holder"), on_delete=models.PROTECT, related_name="seats"
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = SeatHolderQuerySet.as_manager()
    history = History()
    row_security = Open("who holds which duty at a school; no child's row")

    class Meta:
        verbose_name = _("holder of a seat")
        verbose_name_plural = _("holders of seats")
        constraints = [
            ends_no_earlier("seat_holder_ends_after_it_starts"),
            ExclusionConstraint(
                name="seat_has_one_holder_at_a_time",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    (HalfOpenPeriod(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Somebody holds this seat in that period already."),
            ),
        ]

    def __str__(self) -> str:
        return f"Seat holder {self.pk}"
