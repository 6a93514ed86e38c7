"""Schools, their year and its terms, and the holidays: what the administrator keeps each year."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from accounts.models import Organisation, OrganisationKind
from children.models.base import Period


class Stage(models.TextChoices):
    PRESCHOOL = "PRESCHOOL", _("preschool")
    PRIMARY = "PRIMARY", _("primary school")
    JUNIOR = "JUNIOR", _("junior secondary")
    SENIOR = "SENIOR", _("senior secondary")
    VOCATIONAL = "VOCATIONAL", _("secondary vocational")


class School(models.Model):
    """What an organisation is as a school; its name, ten-digit code and area are there."""

    organisation = models.OneToOneField(
        Organisation, verbose_name=_("organisation"), primary_key=True, on_delete=models.PROTECT,
        related_name="school", limit_choices_to={"kind": OrganisationKind.SCHOOL},
    )  # fmt: skip
    stages = ArrayField(
        models.CharField(max_length=12, choices=Stage), verbose_name=_("stages"),
        help_text=_("Which stages the school teaches."),
    )  # fmt: skip

    history = History()
    row_security = Open("public bodies")

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        constraints = [
            models.CheckConstraint(
                name="school_teaches_known_stages",
                condition=Q(stages__contained_by=Stage.values) & Q(stages__len__gt=0),
                violation_error_message=_("A school teaches at least one stage."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.organisation.name


class CalendarQuerySet(models.QuerySet):
    def on(self, day: date) -> Self:
        """The row that covers `day` (first and last day included); at most one."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class FirstToLast(models.Model):
    """`starts_on` to `ends_on`, both included; asked in words before the database compares."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        first, last = getattr(self, "starts_on", None), getattr(self, "ends_on", None)
        if first and last and last < first:
            raise ValidationError({"ends_on": _("The last day is before the first.")})


class SchoolYear(FirstToLast):
    """From the first day of autumn to the eve of the next."""

    name = models.CharField(_("school year"), max_length=9, help_text="2026-2027")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = CalendarQuerySet.as_manager()
    history = History()
    row_security = Open("a public calendar")

    class Meta:
        verbose_name = _("school year")
        verbose_name_plural = _("school years")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="school_year_once",
                violation_error_message=_("This school year exists already."),
            ),
            models.CheckConstraint(
                name="school_year_ends_after_it_starts",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            ),
            ExclusionConstraint(
                name="school_years_never_overlap",
                expressions=[(Period(), RangeOperators.OVERLAPS)],
                violation_error_message=_("This period overlaps another one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Season(models.IntegerChoices):
    AUTUMN = 1, _("autumn term")
    SPRING = 2, _("spring term")


class Term(FirstToLast):
    """Lessons from a day to a day (both included); what lies between terms is holiday."""

    year = models.ForeignKey(
        SchoolYear, verbose_name=_("school year"), on_delete=models.PROTECT, related_name="terms"
    )
    season = models.PositiveSmallIntegerField(_("term"), choices=Season)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = CalendarQuerySet.as_manager()
    history = History()
    row_security = Open("a public calendar")

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "season"],
                name="term_once_a_year",
                violation_error_message=_("This term of the school year exists already."),
            ),
            models.CheckConstraint(name="term_season_known", condition=Q(season__in=Season.values)),
            models.CheckConstraint(
                name="term_ends_after_it_starts",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            ),
            ExclusionConstraint(
                name="terms_never_overlap",
                expressions=[(Period(), RangeOperators.OVERLAPS)],
                violation_error_message=_("This period overlaps another one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_season_display()}"


class SchoolBreak(FirstToLast):
    """First and last day without lessons, e.g. of the summer holidays or within a term."""

    name = models.CharField(pgettext_lazy("place or organisation", "name"), max_length=100)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = CalendarQuerySet.as_manager()
    history = History()
    row_security = Open("a public calendar")

    class Meta:
        verbose_name = _("school holiday")
        verbose_name_plural = _("school holidays")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                name="school_break_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on}"
