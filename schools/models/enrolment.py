"""Where a child is on the roll: one place at a time, every earlier one kept."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from accounts.guard.policies import OfChild
from accounts.history import History
from children.models.base import Record
from children.rules import masking

from .base import HalfOpenPeriod, HalfOpenQuerySet, ends_no_earlier
from .school import School, Stage
from .working_group import class_label


class Placement(models.TextChoices):
    """The ladder of article 17 of the Regulation on the Education of Persons with Disabilities."""

    ORDINARY = "ORDINARY", _("ordinary class")
    SUPPORTED = "SUPPORTED", _("ordinary class with support")
    SPECIAL_CLASS = "SPECIAL_CLASS", _("special class")
    SPECIAL_SCHOOL = "SPECIAL_SCHOOL", _("special school")
    HOME_TEACHING = "HOME_TEACHING", _("home teaching")
    DISTANCE = "DISTANCE", _("distance teaching")
    REHAB_INST = "REHAB_INST", _("rehabilitation institution")


class EnrolmentStatus(models.TextChoices):
    ENROLLED = "ENROLLED", _("enrolled")
    SUSPENDED = "SUSPENDED", _("suspended from studies")
    RETURNED = "RETURNED", _("returned after dropping out")


class EndReason(models.TextChoices):
    """Why a row of the roll ended. What follows for the ledgers: `schools.rules.ledger`."""

    MOVED_UP = "MOVED_UP", _("went on to another class")
    TRANSFERRED = "TRANSFERRED", _("transferred to another school")
    GRADUATED = "GRADUATED", _("graduated")
    DROPPED_OUT = "DROPPED_OUT", _("dropped out")
    NOT_FOUND = "NOT_FOUND", _("cannot be found")
    DIED = "DIED", _("died")
    EMIGRATED = "EMIGRATED", _("moved abroad")


# Who has dropped out is still the school's to bring back; the file of these it sees no more.
LET_GO = (EndReason.TRANSFERRED, EndReason.GRADUATED, EndReason.DIED, EndReason.EMIGRATED)


class Enrolment(Record):
    """`ends_on` is the first day no longer at this school or in this class."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="enrolments")
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="enrolments"
    )  # fmt: skip
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    grade = models.PositiveSmallIntegerField(pgettext_lazy("school", "grade"))
    class_name = models.CharField(_("class"), max_length=40, blank=True)
    is_boarding = models.BooleanField(_("boards at school"), default=False)
    placement = models.CharField(
        _("placement"), max_length=16, choices=Placement, default=Placement.ORDINARY
    )
    status = models.CharField(
        _("status on the roll"), max_length=12, choices=EnrolmentStatus,
        default=EnrolmentStatus.ENROLLED,
    )  # fmt: skip
    roll_number = EncryptedTextField(
        _("roll number"), context="schools.Enrolment.roll_number", row_key="uuid", blank=True,
        default="",
    )  # fmt: skip
    roll_number_hash = BlindIndexField(source="roll_number", context="roll_number")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("left on"), null=True, blank=True)
    end_reason = models.CharField(
        _("why it ended"), max_length=12, choices=EndReason, blank=True, editable=False
    )
    opened_by_move = models.ForeignKey(
        "schools.MoveUp", null=True, editable=False, on_delete=models.PROTECT, related_name="opened"
    )
    ended_by_move = models.ForeignKey(
        "schools.MoveUp", null=True, editable=False, on_delete=models.PROTECT, related_name="ended"
    )

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
                    ("child", RangeOperators.EQUAL),
                    (HalfOpenPeriod(), RangeOperators.OVERLAPS),
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
            models.CheckConstraint(
                name="enrolment_end_has_its_reason",
                condition=Q(ends_on__isnull=True, end_reason="")
                | Q(ends_on__isnull=False, end_reason__in=EndReason.values),
                violation_error_message=_("Say why the child leaves, and from which day on."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def class_label(self) -> str:
        """Stage, grade and class as the pages write them."""
        return class_label(self.stage, self.grade, self.class_name)

    @property
    def masked_roll_number(self) -> str:
        return masking.roll_number(self.roll_number)
