"""The growth record (成长档案): how a child fared in a term; closed, then only corrected."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History, TransactionIdField
from children.models.base import OfChildQuerySet, Record

from .school import School, Stage, Term
from .working_group import class_label


class MarkLevel(models.TextChoices):
    """Levels before scores: 优 良 中 待提高."""

    EXCELLENT = "EXCELLENT", pgettext_lazy("level", "excellent")
    GOOD = "GOOD", pgettext_lazy("level", "good")
    FAIR = "FAIR", pgettext_lazy("level", "fair")
    IMPROVE = "IMPROVE", pgettext_lazy("level", "to improve")


class GrowthState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("growth record", "being filled")
    CLOSED = "CLOSED", pgettext_lazy("growth record", "closed")


class BodyHealth(models.TextChoices):
    """As the school roll has it: 10, 20, 30, 40, 50."""

    GOOD = "GOOD", _("healthy")
    WEAK = "WEAK", _("weak")
    CHRONIC = "CHRONIC", _("chronically ill")
    DEFECT = "DEFECT", _("physical defect")
    DISABLED = "DISABLED", _("disabled")


class WayToSchool(models.TextChoices):
    WALK = "WALK", _("on foot")
    BICYCLE = "BICYCLE", _("by bicycle")
    FAMILY = "FAMILY", _("brought by the family")
    BUS = "BUS", _("by public bus")
    SCHOOL_BUS = "SCHOOL_BUS", _("by school bus")
    BOARDS = "BOARDS", _("boards at school")


class GrowthRecordQuerySet(OfChildQuerySet):
    def still_open(self) -> Self:
        return self.filter(state=GrowthState.OPEN)

    def by_class(self) -> Self:
        """Classes from the youngest on, in each by the child's name."""
        return self.order_by("stage_order", "grade", "class_name", "child__name_sort", "pk")

    def for_list(self) -> Self:
        order = models.Case(
            *(models.When(stage=stage, then=place) for place, stage in enumerate(Stage.values)),
            default=len(Stage.values), output_field=models.SmallIntegerField(),
        )  # fmt: skip
        return self.annotate(stage_order=order).select_related("child", "term__year")


def _measure(label: Any, low: float, high: float, digits: int) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=digits, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(low), MaxValueValidator(high)],
    )  # fmt: skip


class GrowthRecord(Record):
    """`stage`, `grade` and `class_name` are those of the roll when the record was started.

    `figures` are what `schools.models.growth_figures` told when it was closed: they stay.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="growth_records"
    )
    term = models.ForeignKey(
        Term, verbose_name=_("term"), on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, blank=True)
    grade = models.PositiveSmallIntegerField(
        pgettext_lazy("school", "grade"), null=True, blank=True
    )
    class_name = models.CharField(_("class"), max_length=40, blank=True)
    conduct = models.CharField(_("conduct"), max_length=10, choices=MarkLevel, blank=True)
    strengths = models.TextField(_("strengths and hobbies"), max_length=2_000, blank=True)
    events = models.TextField(_("events and praise"), max_length=5_000, blank=True)
    goals = models.TextField(_("goals"), max_length=2_000, blank=True)
    mood = models.TextField(_("mood and behaviour"), max_length=2_000, blank=True)
    health = models.CharField(_("state of health"), max_length=10, choices=BodyHealth, blank=True)
    height_cm = _measure(_("height (cm)"), 40, 230, 4)
    weight_kg = _measure(_("weight (kg)"), 5, 200, 4)
    eyesight_left = _measure(_("eyesight, left"), 3.0, 5.3, 2)
    eyesight_right = _measure(_("eyesight, right"), 3.0, 5.3, 2)
    way_to_school = models.CharField(
        _("way to school"), max_length=10, choices=WayToSchool, blank=True
    )
    distance_km = _measure(_("from home (km)"), 0, 999, 4)
    own_words = models.TextField(_("the child's own words"), max_length=2_000, blank=True)
    comment = models.TextField(_("teacher's comment"), max_length=5_000, blank=True)
    state = models.CharField(
        _("state of the record"), max_length=6, choices=GrowthState, default=GrowthState.OPEN,
        editable=False,
    )  # fmt: skip
    closed_at = models.DateTimeField(
        pgettext_lazy("growth record", "closed at"), null=True, blank=True, editable=False
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("closed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", editable=False,
    )  # fmt: skip
    figures = models.JSONField(_("figures at closing"), null=True, blank=True, editable=False)

    objects = GrowthRecordQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("growth record")
        verbose_name_plural = _("growth records")
        indexes = [models.Index(fields=["term", "state"], name="growth_record_of_term")]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "term"],
                name="growth_record_once_a_term",
                violation_error_message=_("The child has a growth record of this term already."),
            ),
            models.CheckConstraint(
                name="growth_record_closed_by_whom_and_when",
                condition=Q(
                    state=GrowthState.OPEN, closed_at__isnull=True, closed_by__isnull=True,
                    figures__isnull=True,
                )
                | Q(
                    state=GrowthState.CLOSED, closed_at__isnull=False, closed_by__isnull=False,
                    figures__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="growth_record_codes_known",
                condition=Q(conduct__in=["", *MarkLevel.values])
                & Q(health__in=["", *BodyHealth.values])
                & Q(way_to_school__in=["", *WayToSchool.values])
                & Q(stage__in=["", *Stage.values]),
            ),
            models.CheckConstraint(
                name="growth_record_measures_possible",
                condition=(Q(height_cm__isnull=True) | Q(height_cm__range=(40, 230)))
                & (Q(weight_kg__isnull=True) | Q(weight_kg__range=(5, 200)))
                & (Q(distance_km__isnull=True) | Q(distance_km__gte=0)),
                violation_error_message=_("Height, weight or distance cannot be right."),
            ),
            models.CheckConstraint(
                name="growth_record_eyesight_on_the_five_point_scale",
                condition=(Q(eyesight_left__isnull=True) | Q(eyesight_left__range=(3, 5.3)))
                & (Q(eyesight_right__isnull=True) | Q(eyesight_right__range=(3, 5.3))),
                violation_error_message=_("Eyesight is written from 3.0 to 5.3, for example 4.8."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Growth record {self.pk}"

    @property
    def in_words(self) -> str:
        """What the trail of its marks calls it."""
        return class_label(self.stage, self.grade, self.class_name)

    @property
    def is_open(self) -> bool:
        return self.state == GrowthState.OPEN


class GrowthCorrection(models.Model):
    """Why a closed record was changed. Without one in the same transaction the database refuses."""

    record = models.ForeignKey(GrowthRecord, on_delete=models.PROTECT, related_name="corrections")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("person", "by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), db_default=Now())
    txid = TransactionIdField(
        editable=False,
        db_default=models.Func(
            function="pg_current_xact_id", template="%(function)s()"
        ),
    )  # fmt: skip

    objects = OfChildQuerySet.as_manager()
    row_security = OfChild()
    is_insert_only = True

    class Meta:
        verbose_name = _("correction of a growth record")
        verbose_name_plural = _("corrections of growth records")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="growth_correction_has_a_reason",
                condition=Q(reason__regex=r"\S"),
                violation_error_message=_("Say why the closed record is changed."),
            ),
        ]

    def __str__(self) -> str:
        return f"Correction {self.pk}"
