"""Figures of practice of lists in and out, dated, with the document that each rests on."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from children.models.compiled import compiled

# Own proposals, until a county writes its own: docs/sharing.md.
DEFAULTS = {
    "APPROVED_FROM": 50, "DAYS_READY": 7, "GROWN_PER_CENT": 10, "PASSWORD_LENGTH": 10,
    "CLOSED_DAYS": 31, "FILE_DAYS": 30, "ROW_DAYS": 400, "ANSWER_DAYS": 30,
    "QUESTION_DAYS": 10, "QUESTION_KEPT_DAYS": 90,
}  # fmt: skip


class SharingFigureKey(models.TextChoices):
    APPROVED_FROM = "APPROVED_FROM", _("a list of … rows or more needs a second person")
    DAYS_READY = "DAYS_READY", _("days in which an approved list may be fetched")
    GROWN_PER_CENT = "GROWN_PER_CENT", _("per cent by which it may have grown since its approval")
    PASSWORD_LENGTH = "PASSWORD_LENGTH", _("characters that the password of a list has at least")
    CLOSED_DAYS = "CLOSED_DAYS", _("days for which a closed file stands in the list of exits")
    FILE_DAYS = (
        "FILE_DAYS",
        _("days for which files of lists, and rows that no newer list has, are kept, sealed"),
    )
    ROW_DAYS = "ROW_DAYS", _("days for which rows of the newest list are kept in full, sealed")
    ANSWER_DAYS = "ANSWER_DAYS", _("days in which a department answers a batch of numbers")
    QUESTION_DAYS = "QUESTION_DAYS", _("days in which a department answers of a finding")
    QUESTION_KEPT_DAYS = (
        "QUESTION_KEPT_DAYS",
        _("days for which what a department was told of a finding is kept after its answer"),
    )


class SharingFigureQuerySet(models.QuerySet):
    def in_force(self, day: date) -> dict[str, int]:
        """Key → value on `day`, defaults included; one query."""
        return DEFAULTS | dict(_begun(day=day))


@compiled()
def _begun(day: Any) -> Any:
    rows = SharingFigure.objects.filter(starts_on__lte=day).order_by("starts_on")
    return rows.values_list("key", "value")


class SharingFigure(models.Model):
    key = models.CharField(_("figure"), max_length=40, choices=SharingFigureKey)
    value = models.PositiveIntegerField(_("value"))
    starts_on = models.DateField(_("in force from"))
    document = models.CharField(_("document number"), max_length=200, blank=True)

    objects = SharingFigureQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of practice")

    class Meta:
        verbose_name = _("figure of lists in and out")
        verbose_name_plural = _("figures of lists in and out")
        ordering = ["key", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "starts_on"], name="sharing_figure_once_a_day",
                violation_error_message=_("This figure has a value from that day already."),
            ),
            models.CheckConstraint(
                name="sharing_figure_is_positive", condition=Q(value__gte=1),
                violation_error_message=_("The value is at least 1."),
            ),
            models.CheckConstraint(
                name="sharing_figure_key_known", condition=Q(key__in=SharingFigureKey.values)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.key} {self.starts_on}"
