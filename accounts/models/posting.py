"""A user's role in one area or one organisation, from a day to a day."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from accounts.roles import AREA_ROLES, ORGANISATION_ROLES, Role

from .area import Area
from .held_by_trigger import HeldByTrigger
from .organisation import Organisation

LONGEST_ABSENCE = timedelta(days=366)


class Absence(Func):
    """The days of a deputy, last day included; none where the deputy was called off beforehand."""

    template = "daterange(%(expressions)s + 1)"
    output_field = DateRangeField()

    def __init__(self) -> None:
        super().__init__("starts_on", "ends_on")


class PostingQuerySet(models.QuerySet):
    def not_ended_on(self, day: date) -> Self:
        """Postings that cover `day` (last day included) or begin later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def held_on(self, day: date) -> Self:
        """Postings that cover `day` (first and last day included) of active users."""
        return self.not_ended_on(day).filter(starts_on__lte=day, user__is_active=True)

    def regular(self) -> Self:
        """Held for oneself, not as somebody's deputy."""
        return self.filter(stands_in_for=None)

    def deputies_from(self, day: date) -> Self:
        """Deputies of `day` and of later days."""
        rows = self.filter(stands_in_for__isnull=False, ends_on__gte=day)
        return rows.filter(ends_on__gte=F("starts_on"))

    def deputies_on(self, day: date) -> Self:
        return self.held_on(day).filter(stands_in_for__isnull=False)


class Posting(models.Model):
    """The user acts in one posting at a time, so that rights never mix.

    A deputy holds a posting of the same role and place, for the days of the absence alone, that
    says for which posting it stands in: the three locks need to know nothing else.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT,
        related_name="postings",
    )  # fmt: skip
    role = models.CharField(_("role"), max_length=20, choices=Role)
    area = models.ForeignKey(
        Area, verbose_name=_("area"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="postings",
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="postings",
    )  # fmt: skip
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    stands_in_for = models.ForeignKey(
        "self", verbose_name=_("stands in for"), null=True, blank=True, editable=False,
        on_delete=models.PROTECT, related_name="deputies",
    )  # fmt: skip

    objects = PostingQuerySet.as_manager()
    history = History()
    row_security = Open("read before the posting is known")

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="posting_place_fits_its_role",
                condition=Q(role__in=[role.value for role in AREA_ROLES], area__isnull=False,
                            organisation__isnull=True)
                | Q(role__in=[role.value for role in ORGANISATION_ROLES], area__isnull=True,
                    organisation__isnull=False),
                violation_error_message=_(
                    "This role is held in an area or in an organisation, not in the other."
                ),
            ),
            models.CheckConstraint(
                name="posting_ends_after_it_starts",
                condition=Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on"))
                # A deputy called off before the first day.
                | Q(stands_in_for__isnull=False, ends_on=F("starts_on") - timedelta(days=1)),
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                name="posting_of_a_deputy_ends",
                condition=Q(stands_in_for__isnull=True)
                | Q(ends_on__isnull=False, ends_on__lt=F("starts_on") + LONGEST_ABSENCE),
                violation_error_message=_("A deputy stands in for a year at most."),
            ),
            ExclusionConstraint(
                name="posting_has_one_deputy_at_a_time",
                expressions=[
                    ("stands_in_for", RangeOperators.EQUAL),
                    (Absence(), RangeOperators.OVERLAPS),
                ],
                condition=Q(stands_in_for__isnull=False),
                violation_error_message=_("There is a deputy on some of these days already."),
            ),
            HeldByTrigger(
                name="posting_of_a_deputy_is_that_stood_in_for",
                violation_error_message=_(
                    "A deputy holds the role and the place of somebody else, and not of a deputy."
                ),
            ),
            HeldByTrigger(
                name="posting_of_a_deputy_is_held_by_who_is_there",
                violation_error_message=_(
                    "Nobody stands in while away, and nobody leaves while standing in."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        place = self.area or self.organisation  # of a form that is shown again: perhaps none
        return f"{self.get_role_display()} · {place}" if place else self.get_role_display()

    @property
    def desks(self) -> list[int]:
        """Keys of the postings whose own work this one does: its own, and that it stands in for."""
        return [key for key in (self.pk, self.stands_in_for_id) if key is not None]

    @property
    def place(self) -> Area | Organisation:
        place = self.area or self.organisation
        assert place is not None  # by constraint
        return place
