"""Where a child lives while nobody of the family may or can be guardian: temporary guardianship.

Grounds, places and ends follow the Law on the Protection of Minors, art. 92–96; domain 6.5.
"""

from datetime import date, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission
from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models.area import upper_bound
from children.rules.due import add_months

from .base import OfChildPeriodQuerySet, Period, Record, ends_after_it_starts
from .concern import Concern
from .dated_term import DatedTerm, figure
from .guardian import Guardian


class PlacementGround(models.TextChoices):
    """The seven cases of art. 92, in its order."""

    UNKNOWN_FAMILY = "UNKNOWN_FAMILY", _("begging or of unknown origin, family not found")
    GUARDIAN_MISSING = "GUARDIAN_MISSING", _("guardian missing, nobody else can take over")
    GUARDIAN_UNABLE = "GUARDIAN_UNABLE", _("guardian unable, or kept away by an emergency")
    UNATTENDED = "UNATTENDED", _("guardian refuses or neglects care, nobody looks after the child")
    INCITED = "INCITED", _("guardian makes the child break the law")
    HARMED = "HARMED", _("guardian harms the child or endangers its life")
    OTHER = "OTHER", _("other case named by a law")


# Of these only those who may see secrets learn.
SECRET_GROUNDS = (PlacementGround.INCITED.value, PlacementGround.HARMED.value)


class PlacementSetting(models.TextChoices):
    """Art. 93."""

    RELATIVE = "RELATIVE", pgettext_lazy("placement", "relatives")
    FOSTER = "FOSTER", pgettext_lazy("placement", "foster family")
    RELIEF = "RELIEF", pgettext_lazy("placement", "relief and protection centre")
    INSTITUTION = "INSTITUTION", pgettext_lazy("placement", "child welfare institution")
    ORGANISATION = "ORGANISATION", pgettext_lazy("placement", "other organisation")


class PlacementOutcome(models.TextChoices):
    RETURNED = "RETURNED", pgettext_lazy("placement", "returned to the family after assessment")
    LONG_TERM = "LONG_TERM", pgettext_lazy("placement", "long-term guardianship of the state")
    ADOPTED = "ADOPTED", pgettext_lazy("placement", "adopted")
    ELSEWHERE = "ELSEWHERE", pgettext_lazy("placement", "placed elsewhere")
    OF_AGE = "OF_AGE", pgettext_lazy("placement", "came of age")
    DIED = "DIED", pgettext_lazy("placement", "child died")


class PlacementTerm(DatedTerm):
    """How long a placement lasts at the most, when it is assessed, how early that is due work."""

    most_months = figure(_("lasts … months at the most"))
    review_months = figure(_("assessed every … months"))
    told_days = figure(_("told … days before"))

    history = History()

    class Meta(DatedTerm.Meta):
        verbose_name = _("term of temporary guardianship")
        verbose_name_plural = _("terms of temporary guardianship")
        constraints = [
            models.CheckConstraint(
                name="placement_term_is_positive",
                condition=Q(most_months__gt=0, review_months__gt=0, told_days__gt=0),
                violation_error_message=_("Each figure is at least 1."),
            )
        ]

    def latest(self, starts_on: date) -> date:
        """The last day that a placement begun on `starts_on` may have."""
        return add_months(starts_on, self.most_months) - timedelta(days=1)

    def next_review(self, day: date) -> date:
        return add_months(day, self.review_months)


class PlacementQuerySet(OfChildPeriodQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of permitted children; those on a secret ground do not exist for those not entitled."""
        rows: Self = super().permitted(grant)
        if grant.allows(Permission.SECRET_VIEW):
            return rows
        return rows.exclude(ground__in=SECRET_GROUNDS)

    def running(self) -> Self:
        return self.filter(ends_on__isnull=True)

    def with_told_days(self, today: date) -> Self:
        """`told_days`: how many days before its assessment a placement is due work today."""
        terms = PlacementTerm.begun(today).values("told_days")[:1]
        return self.annotate(told_days=models.Subquery(terms))

    def kept_in(self, code: str) -> Self:
        """Of children whose files the area `code` keeps."""
        if not code:
            return self.none()
        inside = {"child__managing_area__gte": code, "child__managing_area__lt": upper_bound(code)}
        return self.filter(**inside)


class Placement(Record):
    """Runs until it is ended, also past `until`: the child is still there then.

    `ends_on`: its last day. `carer`: the person who is temporary guardian, in a family or for a
    place; their guardianship stands among the child's. `concern`: the report of harm that led to
    it, named to those alone who are told of reports. `review_on`: the day of the next assessment.
    """

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="placements")
    setting = models.CharField(_("kind of place"), max_length=12, choices=PlacementSetting)
    place = models.CharField(_("where: family, institution or organisation"), max_length=200)
    carer = models.ForeignKey(
        Guardian, verbose_name=_("temporary guardian"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    ground = models.CharField(_("ground"), max_length=20, choices=PlacementGround)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    decided_by = models.CharField(_("decided by, with document number"), max_length=200)
    concern = models.ForeignKey(
        Concern, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    starts_on = models.DateField(_("first day"))
    until = models.DateField(_("until at the latest"))
    review_on = models.DateField(_("next assessment"))
    reviewed_on = models.DateField(_("assessed last"), null=True, blank=True)
    review = models.TextField(_("what the last assessment found"), max_length=2_000, blank=True)
    purpose = models.TextField(_("what must be so that the child can return"), max_length=2_000)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=PlacementOutcome, blank=True)
    finding = models.TextField(_("what the assessment found"), max_length=2_000, blank=True)

    objects = PlacementQuerySet.as_manager()
    history = History()
    row_security = OfChild(
        secret_when="ground IN (" + ", ".join(f"'{ground}'" for ground in SECRET_GROUNDS) + ")"
    )

    class Meta:
        verbose_name = _("temporary guardianship")
        verbose_name_plural = _("temporary guardianships")
        indexes = [
            models.Index(fields=["review_on"], name="placement_running", condition=Q(ends_on=None))
        ]
        constraints = [
            ends_after_it_starts("placement_ends_after_it_starts"),
            ExclusionConstraint(
                name="placement_one_at_a_time",
                expressions=[("child", RangeOperators.EQUAL), (Period(), RangeOperators.OVERLAPS)],
                violation_error_message=_(
                    "The child is placed somewhere in that period already: end that first."
                ),
            ),
            models.CheckConstraint(
                name="placement_codes_known",
                condition=Q(ground__in=PlacementGround.values)
                & Q(setting__in=PlacementSetting.values),
            ),
            models.CheckConstraint(
                name="placement_assessed_within_its_term",
                condition=Q(review_on__gte=F("starts_on"), review_on__lte=F("until")),
                violation_error_message=_("The next assessment lies within the term."),
            ),
            models.CheckConstraint(
                name="placement_ends_with_an_outcome",
                condition=Q(ends_on__isnull=True, outcome="")
                | Q(ends_on__isnull=False, outcome__in=PlacementOutcome.values)
                & ~Q(finding__regex=r"^\s*$"),
                violation_error_message=_("It ends with its outcome and what was found."),
            ),
        ]

    def __str__(self) -> str:
        return f"Placement {self.pk}"

    @property
    def is_secret(self) -> bool:
        return self.ground in SECRET_GROUNDS
