"""How much an entitlement is worth from which month on, and what says so. Never altered."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from children.models.base import OfChildQuerySet

from .eligibility_rule import EligibilityRule
from .entitlement import Entitlement
from .month import MonthField, is_a_month
from .standard import Standard


class EntitlementRateQuerySet(OfChildQuerySet):
    def newest_first(self) -> "EntitlementRateQuerySet":
        """In the order in which they hold: the latest month, of these the last set."""
        return self.order_by("-from_month", "-pk")


class EntitlementRate(models.Model):
    """A payment of `amount` yuan for each month (or term, year, or once) from `from_month`.

    `reasons` is what the rules answered: a list of {condition, value, held}, and the first two once
    more below the code of each other language (rows of earlier times have one language alone);
    `remark` why somebody set another amount.
    """

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, related_name="rates", db_index=False
    )
    from_month = MonthField(_("from the month"))
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    standard = models.ForeignKey(
        Standard, verbose_name=_("standard"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    rule = models.ForeignKey(
        EligibilityRule, verbose_name=_("eligibility rule"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_index=False,
    )  # fmt: skip
    document = models.CharField(_("document number"), max_length=200, blank=True)
    reasons: Any = models.JSONField(default=list, blank=True)
    remark = models.CharField(
        _("why this amount"), max_length=500, blank=True, default="", db_default=""
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("set by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    set_at = models.DateTimeField(_("set"))

    objects = EntitlementRateQuerySet.as_manager()
    row_security = OfChild()
    is_insert_only = True

    class Meta:
        verbose_name = _("amount of an entitlement")
        verbose_name_plural = _("amounts of entitlements")
        indexes = [models.Index(fields=["entitlement", "-from_month", "-id"], name="rate_in_force")]
        constraints = [
            is_a_month("rate_month_is_a_month", "from_month"),
            models.CheckConstraint(
                name="rate_is_not_below_zero",
                condition=Q(amount__gte=0),
                violation_error_message=_("The amount is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"Rate {self.pk}"

    @property
    def told(self) -> list[dict[str, Any]]:
        """The reasons in the reader's language, where they were kept in it."""
        language = get_language() or ""
        return [{**one, **one.get(language, {})} for one in self.reasons]
