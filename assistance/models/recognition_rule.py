"""Which facts make a tier: the special groups of a county, dated, with their documents."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from assistance.rules.codes import Tier as TierCode
from assistance.rules.recognition import Ground

from .dated import Dated, DatedQuerySet, dated_constraints
from .eligibility_rule import check_conditions


class Tier(models.TextChoices):
    """特别困难, 困难, 一般困难."""

    SPECIAL = TierCode.SPECIAL.value, _("in special difficulty")
    MEDIUM = TierCode.MEDIUM.value, _("in difficulty")
    GENERAL = TierCode.GENERAL.value, _("in general difficulty")


class RecognitionGround(models.TextChoices):
    ORPHAN = Ground.ORPHAN.value, pgettext_lazy("ground", "orphan")
    DE_FACTO = Ground.DE_FACTO.value, pgettext_lazy("ground", "de facto unattended")
    DISABLED = Ground.DISABLED.value, pgettext_lazy("ground", "disabled")
    PARENT_DISABLED = Ground.PARENT_DISABLED.value, pgettext_lazy("ground", "disabled parent")
    DESTITUTE = Ground.DESTITUTE.value, pgettext_lazy("ground", "destitute support")
    DIBAO = Ground.DIBAO.value, pgettext_lazy("ground", "subsistence allowance")
    NEAR_THRESHOLD = Ground.NEAR_THRESHOLD.value, pgettext_lazy("ground", "near the threshold")
    RIGID_EXPENDITURE = (
        Ground.RIGID_EXPENDITURE.value, pgettext_lazy("ground", "rigid expenditure")
    )  # fmt: skip
    POVERTY_MONITORED = (
        Ground.POVERTY_MONITORED.value, pgettext_lazy("ground", "poverty-return monitored")
    )  # fmt: skip
    SERIOUS_ILLNESS = Ground.SERIOUS_ILLNESS.value, pgettext_lazy("ground", "serious illness")
    OTHER = Ground.OTHER.value, pgettext_lazy("ground", "other")


class RecognitionRuleQuerySet(DatedQuerySet):
    """Rules of all grounds."""


class RecognitionRule(Dated):
    """Whoever meets `conditions` has this ground; of several grounds the highest tier counts."""

    ground = models.CharField(_("ground"), max_length=20, choices=RecognitionGround)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    conditions = models.JSONField(
        _("conditions"), validators=[check_conditions], help_text=_("See docs/rules.md.")
    )
    is_posted = models.BooleanField(
        _("name may be posted"), default=True,
        help_text=_("Off for those whose very name on a list would tell, such as orphans."),
    )  # fmt: skip

    objects = RecognitionRuleQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of assistance")

    class Meta:
        verbose_name = _("rule of recognition")
        verbose_name_plural = _("rules of recognition")
        ordering = ["area", "-from_month", "pk"]
        constraints = [
            *dated_constraints("recognition_rule"),
            models.CheckConstraint(
                name="recognition_rule_ground_known",
                condition=Q(ground__in=RecognitionGround.values),
            ),
            models.CheckConstraint(
                name="recognition_rule_tier_known", condition=Q(tier__in=Tier.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def as_json(self) -> dict[str, Any]:
        return {
            "ground": self.ground, "tier": self.tier, "conditions": self.conditions,
            **self.scope_json(),
        }  # fmt: skip
