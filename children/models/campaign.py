"""A round in which every village says what became of its children, and whom it newly found.

The county, or an area above it, opens it; what it asks holds no personal data. What the villages
answer stands in `campaign_answer`; figures are frozen in the round when it is closed.
"""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.guard.policies import ForArea
from accounts.history import History
from accounts.models import Area, Posting
from accounts.models.area import AreaLevel, ancestor_codes, upper_bound
from children.rules.ages import born_between
from children.rules.categories import SECRET

from .base import Record
from .category import CategoryCode
from .confirmation import KeyFact

# A list of names by a secret category would tell it.
ASKED_CATEGORIES = [
    (value, label)
    for value, label in CategoryCode.choices
    if value not in {code.value for code in SECRET}
]
_CODES = [value for value, _label in ASKED_CATEGORIES]


class CampaignQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Rounds inside the grant's area, and those of the areas above it."""
        code = grant.area_code
        if code is None or not grant.sees_own_area:
            return self.none()
        inside = Q(area__gte=code, area__lt=upper_bound(code))
        return self.filter(inside | Q(area__in=ancestor_codes(code)))

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Campaign(Record):
    """`from_age` and `to_age` are completed years on `opens_on`, both included.

    `figures`: {"total": {measure: count}, "places": [[code, {measure: count}], …]}.
    """

    area = models.ForeignKey(Area, verbose_name=_("in"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=100)
    facts = ArrayField(
        models.CharField(max_length=12, choices=KeyFact), verbose_name=_("facts to confirm")
    )
    from_age = models.PositiveSmallIntegerField(_("from … years"))
    to_age = models.PositiveSmallIntegerField(_("to … years"))
    categories = ArrayField(
        models.CharField(max_length=20, choices=ASKED_CATEGORIES),
        verbose_name=_("categories"), default=list, blank=True,
    )  # fmt: skip
    compared_with = models.CharField(_("lists to compare with"), max_length=200, blank=True)
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("answers by"))
    opened_by = models.ForeignKey(
        Posting, verbose_name=_("opened by"), on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        Posting, verbose_name=_("closed by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    summary = models.TextField(_("summary"), max_length=3_000, blank=True)
    figures = models.JSONField(_("figures at the closing"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()
    history = History()
    row_security = ForArea("area_id")

    class Meta:
        verbose_name = _("round of checks")
        verbose_name_plural = _("rounds of checks")
        constraints = [
            models.CheckConstraint(
                name="campaign_of_a_county_or_above",
                condition=LessThanOrEqual(Length("area"), AreaLevel.COUNTY.value),
                violation_error_message=_("A county or an area above it opens a round."),
            ),
            models.CheckConstraint(
                name="campaign_asks_known_facts",
                condition=Q(facts__contained_by=KeyFact.values, facts__len__gt=0),
                violation_error_message=_("Choose at least one fact to confirm."),
            ),
            models.CheckConstraint(
                name="campaign_names_no_secret_category",
                condition=Q(categories__contained_by=_CODES),
            ),
            models.CheckConstraint(
                name="campaign_ages_in_order",
                condition=Q(from_age__lte=F("to_age")),
                violation_error_message=_("The first age is above the last."),
            ),
            models.CheckConstraint(
                name="campaign_due_after_it_opens",
                condition=Q(due_on__gte=F("opens_on")),
                violation_error_message=_("The answers cannot be due before the opening."),
            ),
            models.CheckConstraint(
                name="campaign_closed_by_somebody_with_figures",
                condition=Q(
                    closed_at__isnull=True, closed_by__isnull=True, figures__isnull=True, summary=""
                )
                | Q(
                    closed_at__isnull=False, closed_by__isnull=False, figures__isnull=False
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def fact_labels(self) -> list[Any]:
        return [KeyFact(fact).label for fact in self.facts]

    @property
    def category_labels(self) -> list[Any]:
        return [CategoryCode(code).label for code in self.categories]

    @property
    def born_between(self) -> tuple[date, date]:
        """First and last birth date of those asked about."""
        return born_between(self.from_age, self.to_age, self.opens_on)
