"""Categories of distress: a child holds several at once, each with its own period and proof."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.guard.policies import OfChild
from accounts.history import History
from children.rules.categories import SECRET

from .base import OfChildPeriodQuerySet, Period, Record, ends_after_it_starts
from .child import ExitReason
from .code_entry import CodeEntry, CodeList


class CategoryCode(models.TextChoices):
    ORPHAN_INST = "ORPHAN_INST", _("institutional orphan")
    ORPHAN_SCAT = "ORPHAN_SCAT", _("scattered orphan")
    DE_FACTO = "DE_FACTO", _("de facto unattended child")
    HIV = "HIV", _("HIV-infected child")
    SEV_DISABLED = "SEV_DISABLED", _("severely disabled child")
    SEV_ILL = "SEV_ILL", _("seriously ill child")
    DISABLED = "DISABLED", _("disabled child")
    LOWINC_DIBAO = "LOWINC_DIBAO", _("child in subsistence-allowance household")
    LOWINC_EDGE = "LOWINC_EDGE", _("child in near-threshold household")
    LOWINC_RIGID = "LOWINC_RIGID", _("child in rigid-expenditure household")
    POVERTY_MONITOR = "POVERTY_MONITOR", _("child in poverty-return monitored household")
    TEKUN = "TEKUN", _("destitute-support minor")
    LEFT_BEHIND = "LEFT_BEHIND", _("rural left-behind child")
    MIGRANT = "MIGRANT", _("migrant child")
    ABUSED = "ABUSED", _("maltreated child")
    TRAFFIC_RESCUED = "TRAFFIC_RESCUED", _("rescued trafficked child")
    VAGRANT = "VAGRANT", _("street child")
    GUARD_GAP_TEMP = "GUARD_GAP_TEMP", _("temporary guardianship gap")
    CUSTODY_CHILD = "CUSTODY_CHILD", _("child of prisoner or rehabilitation inmate")
    PSY_BEHAV = "PSY_BEHAV", _("psychological or behavioural concern")
    DROPOUT = "DROPOUT", _("out-of-school child")
    NO_HUKOU = "NO_HUKOU", _("unregistered child")
    OTHER_LOCAL = "OTHER_LOCAL", _("other distress")


def secret_sql() -> str:
    """SQL: the column `category` holds a secret one."""
    return "category IN (" + ", ".join(f"'{code.value}'" for code in sorted(SECRET)) + ")"


class CategorySpellQuerySet(OfChildPeriodQuerySet):
    def permitted(self, grant: Grant) -> "CategorySpellQuerySet":
        """Of permitted children; secret ones do not exist for those not entitled."""
        return super().permitted(grant).visible_to(grant)

    def visible_to(self, grant: Grant) -> "CategorySpellQuerySet":
        """Without secret ones for those not entitled; for children permitted already."""
        if grant.allows(Permission.SECRET_VIEW):
            return self
        return self.exclude(category__in=[code.value for code in SECRET])


class CategorySpell(Record):
    child = models.ForeignKey(
        "children.Child",
        on_delete=models.PROTECT,
        related_name="category_spells",
        db_constraint=False,
    )
    category = models.CharField(_("category"), max_length=20, choices=CategoryCode)
    local_class = models.ForeignKey(
        CodeEntry, verbose_name=_("local benefit class"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
        limit_choices_to={"code_list": CodeList.LOCAL_CLASS}, db_constraint=False,
    )  # fmt: skip
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)
    ending_reason = models.CharField(
        _("reason of ending"), max_length=30, choices=ExitReason, blank=True
    )

    objects = CategorySpellQuerySet.as_manager()
    history = History(user_db_constraint=False)
    row_security = OfChild(secret_when=secret_sql())
    references_in_sets = True

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            ends_after_it_starts("category_ends_after_it_starts"),
            ExclusionConstraint(
                name="category_never_overlaps_itself",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The child already has this category in that period."),
            ),
            models.CheckConstraint(
                name="category_known", condition=Q(category__in=CategoryCode.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Category spell {self.pk}"
