"""Where a child is on the roll: one place at a time, every earlier one kept."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History
from children.models.base import Record

from .base import HalfOpenPeriod, HalfOpenQuerySet, ends_no_earlier
from .school import School, Stage


class Placement(models.TextChoices):
    """The ladder of article 17 of the Regulation on the Education of Persons with Disabilities."""

    ORDINARY = "ORDINARY", _("ordinary class")
    SUPPORTED = "SUPPORTED", _("ordinary class with support")
    SPECIAL_CLASS = "SPECIAL_CLASS", _("special class")
    SPECIAL_SCHOOL = "SPECIAL_SCHOOL", _("special school")
    HOME_TEACHING = "HOME_TEACHING", _("home teaching")


class EnrolmentStatus(models.TextChoices):
    ENROLLED = "ENROLLED", _("enrolled")
    SUSPENDED = "SUSPENDED", _("suspended from studies")
    RETURNED = "RETURNED", _("returned after dropping out")


class Enrolment(Record):
    """`ends_on` is the first day no longer at this school or in this class."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="enrolments")
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="enrolments"
    )  # fmt: skip
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    grade = models.PositiveSmallIntegerField(_("grade"))
    class_name = models.CharField(_("class"), max_length=40, blank=True)
    is_boarding = models.BooleanField(_("boards at school"), default=False)
    placement = models.CharField(
        _("placement"), max_length=16, choices=Placement, default=Placement.ORDINARY
    )
    status = models.CharField(
        _("status on the roll"), max_length=12, choices=EnrolmentStatus,
        default=EnrolmentStatus.ENROLLED,
    )  # fmt: skip
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("left on"), null=True, blank=True)

    objects = HalfOpenQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            ends_no_earlier("enrolment_ends_after_it_starts"),
            ExclusionConstraint(
                name="enrolment_one_at_a_time",
                expressions=[
                    (HalfOpenPeriod(), RangeOperators.OVERLAPS),
                    ("child", RangeOperators.EQUAL),
                ],
                violation_error_message=_("The child is already on a roll in that period."),
            ),
            models.CheckConstraint(
                name="enrolment_grade_is_one_of_its_stage",
                condition=Q(grade__gte=1)
                & (
                    Q(stage=Stage.PRIMARY, grade__lte=6)
                    | Q(stage=Stage.JUNIOR, grade__lte=4)  # four years where primary has five
                    | Q(stage__in=["PRESCHOOL", "SENIOR"], grade__lte=3)
                    | Q(stage=Stage.VOCATIONAL, grade__lte=5)
                ),
                violation_error_message=_("This stage has no such grade."),
            ),
            models.CheckConstraint(
                name="enrolment_placement_known", condition=Q(placement__in=Placement.values)
            ),
            models.CheckConstraint(
                name="enrolment_status_known", condition=Q(status__in=EnrolmentStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Enrolment {self.pk}"
