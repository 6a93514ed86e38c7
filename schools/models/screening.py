"""Instruments of others: their name, licence and bands; scores from paper, and wrong ones struck.

No question of theirs stands here: most are under copyright, and a score needs none.
"""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.crypto.fields import EncryptedTextField
from accounts.guard.policies import NamedPeople, Open
from accounts.history import History
from accounts.language import of_reader
from accounts.models import Posting
from children.models.base import OfChildQuerySet


class ScreeningTool(models.Model):
    name = models.CharField(_("instrument"), max_length=100)
    version = models.CharField(_("version"), max_length=40, blank=True)
    licence_note = models.TextField(
        _("licence"), max_length=1_000,
        help_text=_("Who allows the use, in which form, and where that is written."),
    )  # fmt: skip
    is_active = models.BooleanField(_("may be chosen"), default=True)

    history = History()
    row_security = Open("names of published instruments")

    class Meta:
        verbose_name = _("screening instrument")
        verbose_name_plural = _("screening instruments")
        ordering = ["name", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version"],
                name="screening_tool_once",
                violation_error_message=_("This version exists already."),
            ),
            models.CheckConstraint(
                name="screening_tool_has_its_licence",
                condition=~Q(licence_note=""),
                violation_error_message=_("Say who allows the use of the instrument."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


class Scores(Func):
    """An int4range over `lowest`–`highest`, both included; for the exclusion constraint."""

    function = "int4range"
    output_field = IntegerRangeField()

    def __init__(self) -> None:
        super().__init__("lowest", "highest", Value("[]"))


class ScreeningBand(models.Model):
    """From a score to a score, both included. `refers` opens a referral; no band is a diagnosis."""

    tool = models.ForeignKey(
        ScreeningTool, verbose_name=_("screening instrument"), on_delete=models.PROTECT,
        related_name="bands",
    )  # fmt: skip
    lowest = models.PositiveSmallIntegerField(_("lowest score"))
    highest = models.PositiveSmallIntegerField(_("highest score"))
    label_zh = models.CharField(_("Chinese label"), max_length=40)
    label_en = models.CharField(_("English label"), max_length=40)
    refers = models.BooleanField(_("refers at once"), default=False)

    history = History()
    row_security = Open("bands of published instruments")

    class Meta:
        verbose_name = _("band of an instrument")
        verbose_name_plural = _("bands of instruments")
        ordering = ["tool", "lowest"]
        constraints = [
            models.CheckConstraint(
                name="screening_band_lowest_first",
                condition=Q(highest__gte=F("lowest")),
                violation_error_message=_("The highest score is below the lowest."),
            ),
            ExclusionConstraint(
                name="screening_bands_never_overlap",
                expressions=[
                    ("tool", RangeOperators.EQUAL),
                    (Scores(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("These scores belong to another band already."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return of_reader(self.label_zh, self.label_en)


class ScreeningResultQuerySet(OfChildQuerySet):
    def counting(self) -> Self:
        """Without those that were withdrawn."""
        return self.filter(withdrawal__isnull=True)


class ScreeningResult(models.Model):
    """A score as it stood on paper; a wrong one stays, with its `ScreeningWithdrawal`."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    tool = models.ForeignKey(
        ScreeningTool, verbose_name=_("screening instrument"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    taken_on = models.DateField(_("day"))
    score = models.PositiveSmallIntegerField(_("score"))
    band = models.ForeignKey(
        ScreeningBand, verbose_name=_("band"), on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(
        Posting, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered"))
    remark = EncryptedTextField(
        _("remark"), context="schools.ScreeningResult.remark", blank=True, default=""
    )

    objects = ScreeningResultQuerySet.as_manager()
    row_security = NamedPeople(told="wellbeing")
    is_insert_only = True

    class Meta:
        verbose_name = _("screening result")
        verbose_name_plural = _("screening results")
        ordering = ["taken_on", "pk"]
        indexes = [models.Index(fields=["child", "taken_on"], name="screening_of_child")]

    def __str__(self) -> str:
        return f"Screening {self.pk}"

    @property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "withdrawal")


class ScreeningWithdrawal(models.Model):
    """That a score was entered wrongly: it is shown struck and counts no more."""

    result = models.OneToOneField(
        ScreeningResult, verbose_name=_("screening result"), on_delete=models.PROTECT,
        related_name="withdrawal",
    )  # fmt: skip
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("withdrawn by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(pgettext_lazy("time", "withdrawn"))

    objects = OfChildQuerySet.as_manager()
    row_security = NamedPeople(told="wellbeing")
    is_insert_only = True

    class Meta:
        verbose_name = _("withdrawn score")
        verbose_name_plural = _("withdrawn scores")
        constraints = [
            models.CheckConstraint(
                name="screening_withdrawal_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say what was entered wrongly."),
            ),
        ]

    def __str__(self) -> str:
        return f"Withdrawal {self.pk}"
