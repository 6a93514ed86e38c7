"""A guardian's consent to one purpose: given, and perhaps withdrawn (L-PIPL 29 and 31)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History
from children.models import Guardianship
from children.models.base import OfChildQuerySet, Record


class ConsentPurpose(models.TextChoices):
    SCREENING = "SCREENING", _("psychological screening")
    PHOTO = "PHOTO", _("photos")
    SHARING = "SHARING", _("passing data to aid organisations")


class ConsentWay(models.TextChoices):
    PAPER = "PAPER", _("signed on paper")
    IN_PERSON = "IN_PERSON", _("in person, before a witness")
    MESSAGE = "MESSAGE", _("by message")
    PHONE = "PHONE", _("by phone, before a witness")


class ConsentQuerySet(OfChildQuerySet):
    def living_on(self, day: date) -> Self:
        """Given by `day` and not withdrawn on it or before."""
        return self.filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day), given_on__lte=day
        )


class Consent(Record):
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("purpose"), max_length=12, choices=ConsentPurpose)
    text_version = models.CharField(
        _("version of the text"), max_length=40, help_text=_("As printed on the form.")
    )
    guardianship = models.ForeignKey(
        Guardianship, verbose_name=_("given by"), on_delete=models.PROTECT, related_name="+"
    )
    way = models.CharField(_("how"), max_length=12, choices=ConsentWay)
    given_on = models.DateField(_("given on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "purpose", "guardianship"],
                name="consent_living_once",
                condition=Q(withdrawn_on__isnull=True),
                violation_error_message=_("This consent is recorded already."),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_given",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
                violation_error_message=_("It cannot be withdrawn before it was given."),
            ),
            models.CheckConstraint(
                name="consent_purpose_known", condition=Q(purpose__in=ConsentPurpose.values)
            ),
            models.CheckConstraint(
                name="consent_way_known", condition=Q(way__in=ConsentWay.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Consent {self.pk}"
