"""What may not come together: who gets one does not get another, only the higher, the rest only."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from assistance.mistakes import told
from assistance.rules.read_rulebook import OVERLAP_KEYS, overlap_rule
from assistance.rules.reading import At, Wrong

from .dated import Dated, DatedQuerySet, dated_constraints, given


class OverlapKind(models.TextChoices):
    HIGHER_OF = "HIGHER_OF", _("only the highest")
    EXCLUDES = "EXCLUDES", _("excludes")
    TOP_UP = "TOP_UP", _("only what exceeds the others")


class OverlapRuleQuerySet(DatedQuerySet):
    """In the order in which they are applied."""


class OverlapRule(Dated):
    """Programmes by their codes; what is received from others may have any name."""

    kind = models.CharField(_("kind"), max_length=12, choices=OverlapKind)
    programmes = ArrayField(models.CharField(max_length=40), verbose_name=_("programmes"))
    others = ArrayField(
        models.CharField(max_length=40), verbose_name=_("others"), blank=True, default=list,
        help_text=_("What is excluded, or what the top-up is counted over (empty: all)."),
    )  # fmt: skip
    when = models.JSONField(
        _("only when"), null=True, blank=True, help_text=_("A condition on the child.")
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OverlapRuleQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of assistance")

    class Meta:
        verbose_name = _("overlap rule")
        verbose_name_plural = _("overlap rules")
        ordering = ["position", "pk"]
        constraints = [
            *dated_constraints("overlap"),
            models.CheckConstraint(
                name="overlap_names_its_programmes",
                condition=Q(kind="HIGHER_OF", programmes__len__gte=2, others=[])
                | Q(kind="EXCLUDES", programmes__len__gte=1, others__len__gte=1)
                | Q(kind="TOP_UP", programmes__len__gte=1),
                violation_error_message=_(
                    "The highest is chosen among two or more and no others; excluding names both"
                    " sides; a top-up names its programmes."
                ),
            ),
            models.CheckConstraint(
                name="overlap_kind_known", condition=Q(kind__in=OverlapKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        super().clean()
        try:
            overlap_rule(At(self.as_json(), "", []))
        except Wrong as mistake:
            field = "when" if mistake.place.startswith("when") else "programmes"
            raise ValidationError({field: told(mistake)}) from mistake

    def as_json(self) -> dict[str, Any]:
        """As docs/rules.md writes it."""
        first, second = OVERLAP_KEYS.get(self.kind, ("programmes", []))
        others = {second[0]: list(self.others)} if second and self.others else {}
        return {
            "kind": self.kind,
            first: list(self.programmes or []),
            **others,
            **given({"when": self.when, "name": self.name}),
            **self.scope_json(),
        }
