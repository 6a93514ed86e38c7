"""A user's role in one area or one organisation, from a day to a day."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from accounts.roles import AREA_ROLES, ORGANISATION_ROLES, Role

from .area import Area
from .organisation import Organisation


class PostingQuerySet(models.QuerySet):
    def held_on(self, day: date) -> Self:
        """Postings that cover `day` (first and last day included) of active users."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            starts_on__lte=day,
            user__is_active=True,
        )


class Posting(models.Model):
    """The user acts in one posting at a time, so that rights never mix."""

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
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.place}"

    @property
    def place(self) -> Area | Organisation:
        place = self.area or self.organisation
        assert place is not None  # by constraint
        return place
