"""What will change within ninety days of an allowance that runs: a row for each, kept by rule.

`coming_refresh` writes it each night and soon after a change of facts; nobody else does.
"""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from assistance.rules.coming_change import WHO, Cause
from children.models.base import OfChildQuerySet

from .entitlement import Entitlement
from .gap import GapWho
from .month import MonthField, is_a_month
from .programme import Programme


class ComingCause(models.TextChoices):
    CERTIFICATE = Cause.CERTIFICATE.value, _("the certificate runs out, or holds no more")
    AGE = Cause.AGE.value, _("the age limit is reached")
    PARENT = Cause.PARENT.value, _("the parent's situation ends")
    SCHOOL = Cause.SCHOOL.value, _("school stage or recognition ends")
    STANDARD = Cause.STANDARD.value, _("the standard changes")
    OVERLAP = Cause.OVERLAP.value, _("another programme goes before it")
    OTHER = Cause.OTHER.value, pgettext_lazy("coming change", "another condition ends")


class ComingChangeQuerySet(OfChildQuerySet):
    def permitted(self, grant: Any) -> Self:
        """Of permitted children; what a secret category speaks of is not there for others."""
        from accounts.access import Permission

        rows = super().permitted(grant)
        return rows if grant.allows(Permission.SECRET_VIEW) else rows.filter(is_secret=False)

    def stops(self) -> Self:
        return self.filter(amount_then=0)


class ComingChange(models.Model):
    """From `month` on `amount_then` is owed instead of `amount`, for one payment; 0: it stops.

    `happens_on`: the day of the paper or the birthday behind it. `fingerprint`: as of a gap.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="coming_changes", db_index=False
    )
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    entitlement = models.ForeignKey(
        Entitlement, verbose_name=_("entitlement"), on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    month = MonthField(_("from the month"))
    cause = models.CharField(_("cause"), max_length=12, choices=ComingCause)
    happens_on = models.DateField(_("day"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    amount_then = models.DecimalField(_("amount then"), max_digits=9, decimal_places=2)
    fingerprint = models.CharField(max_length=32, editable=False)
    is_secret = models.BooleanField(default=False, editable=False)

    objects = ComingChangeQuerySet.as_manager()
    row_security = OfChild(secret_when="is_secret")

    can_act: bool = False  # filled by whoever lists them

    class Meta:
        verbose_name = _("coming change")
        verbose_name_plural = _("coming changes")
        indexes = [models.Index(fields=["month", "id"], name="coming_change_soonest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "programme"], name="coming_change_once_for_a_programme"
            ),
            is_a_month("coming_change_month_is_a_month", "month"),
            models.CheckConstraint(
                name="coming_change_changes_the_amount",
                condition=Q(amount__gt=0, amount_then__gte=0) & ~Q(amount=F("amount_then")),
            ),
            models.CheckConstraint(
                name="coming_change_cause_known", condition=Q(cause__in=ComingCause.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Coming change {self.pk}"

    @property
    def is_stop(self) -> bool:
        return self.amount_then == 0

    @property
    def who(self) -> Any:
        """The level that acts before it happens, in words."""
        return GapWho(WHO[Cause(self.cause)].value).label
