"""Who is owed a programme: conditions as data, dated, with the document they rest on."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from assistance.mistakes import told
from assistance.rules.read_conditions import condition
from assistance.rules.reading import At, Wrong

from .dated import Dated, DatedQuerySet, dated_constraints, given
from .programme import Programme


def check_conditions(value: Any) -> None:
    """Raises ValidationError with the place of the first mistake."""
    try:
        condition(At(value, "", []))
    except Wrong as mistake:
        raise ValidationError(told(mistake)) from mistake


class EligibilityRuleQuerySet(DatedQuerySet):
    """Rules of all programmes."""


class EligibilityRule(Dated):
    """Of several in force at once one that holds is enough."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT,
        related_name="eligibility_rules",
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=200, blank=True)
    conditions = models.JSONField(
        _("conditions"), validators=[check_conditions], help_text=_("See docs/rules.md.")
    )

    objects = EligibilityRuleQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of assistance")

    class Meta:
        verbose_name = _("eligibility rule")
        verbose_name_plural = _("eligibility rules")
        ordering = ["programme", "area", "-from_month", "pk"]
        constraints = [*dated_constraints("eligibility")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def as_json(self) -> dict[str, Any]:
        """As docs/rules.md writes it."""
        return {
            "programme": self.programme.code,
            **given({"name": self.name}),
            "conditions": self.conditions,
            **self.scope_json(),
        }
