"""Who else may see a child: dated access, opened and closed by the action that makes the reason."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import AccessRows
from accounts.history import History
from accounts.models import Area, Organisation
from accounts.models.area import upper_bound

from .base import OfChildQuerySet


class AccessReason(models.TextChoices):
    HUKOU = "HUKOU", _("household registration here")
    ENROLMENT = "ENROLMENT", _("enrolled here")
    PAIRING = "PAIRING", _("paired helper")
    REFERRAL = "REFERRAL", _("referred")
    DEPUTY = "DEPUTY", _("deputy")
    TRANSFER = "TRANSFER", _("handover")
    MERGED = "MERGED", _("one child with a file here")


class CaseAccessQuerySet(OfChildQuerySet):
    def open_at(self, now: datetime) -> Self:
        return self.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=now), opened_at__lte=now)

    def held_by(self, grant: Grant) -> Self:
        """Rows for the user, for the place they lead, or for an area inside theirs."""
        holder = Q(user=grant.user)
        if grant.is_organisation_wide:
            holder |= Q(organisation=grant.posting.organisation_id)
        if grant.sees_own_area and grant.area_code is not None:
            code = grant.area_code
            holder |= Q(area__gte=code, area__lt=upper_bound(code))
        return self.filter(holder)


class CaseAccess(models.Model):
    """For exactly one of area, organisation and user."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="access_rows", db_constraint=False
    )
    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_constraint=False,
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=20, choices=AccessReason)
    opened_at = models.DateTimeField(pgettext_lazy("date", "from"))
    closed_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = CaseAccessQuerySet.as_manager()
    history = History(user_db_constraint=False)
    row_security = AccessRows()
    references_in_sets = True

    class Meta:
        verbose_name = _("access to a file")
        verbose_name_plural = _("access to files")
        constraints = [
            models.CheckConstraint(
                name="case_access_for_exactly_one",
                condition=Q(area__isnull=False, organisation__isnull=True, user__isnull=True)
                | Q(area__isnull=True, organisation__isnull=False, user__isnull=True)
                | Q(area__isnull=True, organisation__isnull=True, user__isnull=False),
            ),
            models.CheckConstraint(
                name="case_access_closed_after_opening",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
            ),
            models.UniqueConstraint(
                fields=["child", "reason", "area", "organisation", "user"],
                name="case_access_open_once",
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="case_access_reason_known", condition=Q(reason__in=AccessReason.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"
