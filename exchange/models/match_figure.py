"""Thresholds of matching, dated, with the document that each rests on."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from exchange.rules.match import Thresholds
from exchange.rules.match_figures import thresholds


class MatchFigureKey(models.TextChoices):
    SUGGESTED_FROM = "SUGGESTED_FROM", _("a child is suggested from a score of … per mille")
    AUTOMATIC_FROM = "AUTOMATIC_FROM", _("no child is matched by itself below … per mille")


class MatchFigureQuerySet(models.QuerySet):
    def in_force(self, day: date) -> Thresholds:
        """On `day`, defaults included; one query."""
        return thresholds(self.values_list("key", "value", "starts_on"), day)


class MatchFigure(models.Model):
    key = models.CharField(_("figure"), max_length=40, choices=MatchFigureKey)
    value = models.PositiveIntegerField(_("value"))
    starts_on = models.DateField(_("in force from"))
    document = models.CharField(_("document number"), max_length=200, blank=True)

    objects = MatchFigureQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of practice")

    class Meta:
        verbose_name = _("threshold of matching")
        verbose_name_plural = _("thresholds of matching")
        ordering = ["key", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "starts_on"],
                name="match_figure_once_a_day",
                violation_error_message=_("This figure has a value from that day already."),
            ),
            models.CheckConstraint(
                name="match_figure_is_per_mille",
                condition=Q(value__gte=1, value__lte=1000),
                violation_error_message=_("The value lies between 1 and 1000."),
            ),
            models.CheckConstraint(
                name="match_figure_key_known", condition=Q(key__in=MatchFigureKey.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.starts_on}"
