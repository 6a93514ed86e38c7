"""Key facts carry when and by whom they were last confirmed, not only when they were edited."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.models import Posting

from .base import OfChildQuerySet


class KeyFact(models.TextChoices):
    """The values of `children.rules.due.KEY_FACTS`."""

    RESIDENCE = "RESIDENCE", _("address and phone")
    CARER = "CARER", _("main carer")
    PARENTS = "PARENTS", _("parents' situation")
    HOUSEHOLD = "HOUSEHOLD", _("household economy")
    CATEGORIES = "CATEGORIES", _("categories and disability")


class FactConfirmationQuerySet(OfChildQuerySet):
    def newest_of_each_fact(self) -> Self:
        """Of one child."""
        rows = self.select_related("confirmed_by__user").order_by("fact", "-confirmed_on", "-pk")
        return rows.distinct("fact")


class FactConfirmation(models.Model):
    """«Unchanged», said on a day; insert-only."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    fact = models.CharField(_("fact"), max_length=12, choices=KeyFact)
    confirmed_on = models.DateField(_("confirmed"))
    confirmed_by = models.ForeignKey(
        Posting, verbose_name=_("confirmed by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = FactConfirmationQuerySet.as_manager()
    row_security = OfChild()
    is_insert_only = True

    class Meta:
        verbose_name = _("confirmation of a fact")
        verbose_name_plural = _("confirmations of facts")
        indexes = [
            models.Index(fields=["child", "fact", "-confirmed_on"], name="confirmation_of_child")
        ]
        constraints = [
            models.CheckConstraint(
                name="confirmation_fact_known", condition=Q(fact__in=KeyFact.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Confirmation {self.pk}"
