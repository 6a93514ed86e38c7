"""How great the danger for a child is: the questions, and each assessment with its reasons."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild, Open
from accounts.history import History
from accounts.language import of_reader
from accounts.models import Posting
from children.rules.risk import LEVELS

from .base import OfChildQuerySet, Record
from .child import RiskLevel


class RiskQuestionQuerySet(models.QuerySet):
    def in_force(self, day: date) -> list["RiskQuestion"]:
        """The newest row of each code begun by `day`, unless it weighs nothing; one query."""
        rows: Any = self.filter(starts_on__lte=day).order_by("code", "-starts_on").distinct("code")
        asked = [row for row in rows if row.weight]
        return sorted(asked, key=lambda row: (row.position, row.code))


class RiskQuestion(models.Model):
    """Dated: a new row with the same code takes the place of the old one from its day on."""

    code = models.SlugField(_("code"), max_length=20, db_index=False)
    starts_on = models.DateField(_("in force from"))
    position = models.PositiveSmallIntegerField(_("position"))
    label_zh = models.CharField(_("Chinese label"), max_length=60)
    label_en = models.CharField(_("English label"), max_length=80)
    weight = models.PositiveSmallIntegerField(
        _("points"), help_text=_("0: not asked any more.")
    )  # fmt: skip
    is_alarm = models.BooleanField(_("high at once"), default=False)

    objects = RiskQuestionQuerySet.as_manager()
    history = History()
    row_security = Open("questions asked of everybody alike")

    class Meta:
        verbose_name = _("question of the risk")
        verbose_name_plural = _("questions of the risk")
        ordering = ["position", "code", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "starts_on"],
                name="risk_question_once_a_day",
                violation_error_message=_("This question has a row from that day already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.starts_on}"

    @property
    def label(self) -> str:
        return of_reader(self.label_zh, self.label_en)


class RiskAssessment(Record):
    """Never changed: who sees it otherwise assesses anew. `signs`: codes of questions said yes to.

    `scored_level` follows from the points of the day; `level` is what a person decided.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="risk_assessments"
    )
    assessor = models.ForeignKey(
        Posting, verbose_name=_("assessed by"), on_delete=models.PROTECT, related_name="+"
    )
    assessed_on = models.DateField(_("day"))
    signs = ArrayField(
        models.CharField(max_length=20),
        verbose_name=pgettext_lazy("risk", "found"),
        default=list,
        blank=True,
    )
    points = models.PositiveSmallIntegerField(_("points"))
    scored_level = models.CharField(_("risk by the points"), max_length=10, choices=RiskLevel)
    level = models.CharField(_("risk"), max_length=10, choices=RiskLevel)
    override_reason = models.CharField(_("why another risk"), max_length=500, blank=True)
    remark = models.TextField(_("remark"), max_length=2_000, blank=True)

    objects = OfChildQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("assessment of the risk")
        verbose_name_plural = _("assessments of the risk")
        indexes = [models.Index(fields=["child", "-assessed_on", "-id"], name="risk_of_child")]
        constraints = [
            models.CheckConstraint(
                name="risk_levels_known",
                condition=Q(level__in=LEVELS, scored_level__in=LEVELS),
            ),
            models.CheckConstraint(
                name="risk_other_than_scored_has_a_reason",
                condition=Q(level=F("scored_level")) | ~Q(override_reason=""),
                violation_error_message=_("Say why the risk is another than the points give."),
            ),
        ]

    def __str__(self) -> str:
        return f"Assessment {self.pk}"

    @property
    def is_overridden(self) -> bool:
        return self.level != self.scored_level


def labels_of(codes: Any, day: date) -> dict[str, str]:
    """Code → label as it was asked on `day`, for a reader; a code never asked stays a code."""
    rows = RiskQuestion.objects.filter(code__in=list(codes), starts_on__lte=day)
    known = {row.code: row.label for row in rows.order_by("starts_on")}
    return {code: known.get(code, code) for code in codes}
