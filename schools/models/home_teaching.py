"""Teaching at home (送教上门): the plan, and each visit with lessons and the guardian's sign."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models import Posting
from children.models import Guardianship
from children.models.base import OfChildPeriodQuerySet, OfChildQuerySet, Period, Record

from .school import School


class PlanQuerySet(OfChildPeriodQuerySet):
    def with_hours(self) -> Self:
        """Each with `lessons_given` and `last_visit_on`."""
        return self.annotate(
            lessons_given=Sum("visits__lessons"), last_visit_on=models.Max("visits__happened_on")
        )


class HomeTeachingPlan(Record):
    """From a day to a day, both included; the child stays on the school's roll."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="home_teaching_plans"
    )
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    teacher = models.ForeignKey(
        Posting, verbose_name=_("teacher"), on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    visits_per_week = models.PositiveSmallIntegerField(_("visits per week"))
    lessons_per_visit = models.PositiveSmallIntegerField(_("lessons per visit"))
    lessons_per_year = models.PositiveSmallIntegerField(_("lessons in the period"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    goals = models.TextField(_("what the child is to learn"), max_length=2_000)
    lessons_given: int | None  # by `with_hours`
    last_visit_on: date | None

    objects = PlanQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("plan of home teaching")
        verbose_name_plural = _("plans of home teaching")
        constraints = [
            models.CheckConstraint(
                name="home_teaching_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            ),
            ExclusionConstraint(
                name="home_teaching_one_plan_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The child has a plan for that period already."),
            ),
            models.CheckConstraint(
                name="home_teaching_plans_lessons",
                condition=Q(visits_per_week__gte=1, visits_per_week__lte=7)
                & Q(lessons_per_visit__gte=1, lessons_per_visit__lte=8)
                & Q(lessons_per_year__gte=1, lessons_per_year__lte=1000),
                violation_error_message=_(
                    "A plan has 1–7 visits a week, 1–8 lessons a visit, 1–1000 in all."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Home teaching plan {self.pk}"

    @property
    def in_words(self) -> str:
        """What the trail of its visits calls it: its days."""
        days = (date_format(day, "SHORT_DATE_FORMAT") for day in (self.starts_on, self.ends_on))
        return " – ".join(days)


class HomeTeachingVisit(Record):
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="home_teaching_visits"
    )
    plan = models.ForeignKey(
        HomeTeachingPlan, verbose_name=_("plan of home teaching"), on_delete=models.PROTECT,
        related_name="visits",
    )  # fmt: skip
    posting = models.ForeignKey(
        Posting, verbose_name=_("logged by"), on_delete=models.PROTECT, related_name="+"
    )
    happened_on = models.DateField(_("day"))
    lessons = models.PositiveSmallIntegerField(_("lessons"))
    content = models.TextField(_("what was taught"), max_length=2_000)
    response = models.TextField(_("how the child took part"), max_length=2_000, blank=True)
    signed_by = models.ForeignKey(
        Guardianship, verbose_name=_("signed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
        help_text=_("The guardian who signed the sheet; empty while the signature is missing."),
    )  # fmt: skip

    objects = OfChildQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("visit of home teaching")
        verbose_name_plural = _("visits of home teaching")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "happened_on", "posting"],
                name="home_visit_once_a_day",
                violation_error_message=_("You have logged a visit of that day already."),
            ),
            models.CheckConstraint(
                name="home_visit_has_lessons",
                condition=Q(lessons__gte=1, lessons__lte=8),
                violation_error_message=_("A visit has 1–8 lessons."),
            ),
        ]

    def __str__(self) -> str:
        return f"Home teaching visit {self.pk}"
