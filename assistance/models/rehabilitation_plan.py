"""What was approved for a child: where, how many sessions, for how much, within one year."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules.rehabilitation import CENT, AgeRule, PlanStep
from children.models import Record
from children.models.base import OfChildPeriodQuerySet, Period, ends_after_it_starts

from .rehabilitation_application import RehabilitationApplication
from .rehabilitation_institution import ONE_OFF, RehabilitationInstitution, RehabilitationKind


class PlanAgeRule(models.TextChoices):
    DAY = AgeRule.DAY.value, _("on the day of the session")
    YEAR_START = AgeRule.YEAR_START.value, _("on 1 January of the year")


class PlanState(models.TextChoices):
    PROPOSED = PlanStep.PROPOSED.value, pgettext_lazy("plan", "waits for approval")
    APPROVED = PlanStep.APPROVED.value, pgettext_lazy("plan", "approved")
    REFUSED = PlanStep.REFUSED.value, pgettext_lazy("plan", "refused")


class RehabilitationPlanQuerySet(OfChildPeriodQuerySet):
    def approved(self) -> Self:
        return self.filter(state=PlanState.APPROVED)

    def waiting(self) -> Self:
        return self.filter(state=PlanState.PROPOSED)

    def of_year(self, year: int) -> Self:
        return self.filter(starts_on__year=year)


class RehabilitationPlan(Record):
    """Surgery and devices are plans of one session: the day on which it was done or handed over.

    `until_age`: a child that has completed so many years is helped no more.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="rehabilitation_plans"
    )
    application = models.ForeignKey(
        RehabilitationApplication, verbose_name=_("application"), on_delete=models.PROTECT,
        related_name="plans",
    )  # fmt: skip
    institution = models.ForeignKey(
        RehabilitationInstitution, verbose_name=_("institution"), on_delete=models.PROTECT,
        related_name="plans",
    )  # fmt: skip
    kind = models.CharField(_("kind of help"), max_length=12, choices=RehabilitationKind)
    item = models.CharField(_("surgery or device"), max_length=200, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    sessions = models.PositiveSmallIntegerField(
        _("sessions approved"), validators=[MinValueValidator(1)]
    )
    money = models.DecimalField(_("money approved, yuan"), max_digits=9, decimal_places=2)
    month_money = models.DecimalField(
        _("at most in a month, yuan"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    until_age = models.PositiveSmallIntegerField(_("until the age of"))
    age_rule = models.CharField(
        _("age counts"), max_length=10, choices=PlanAgeRule, default=PlanAgeRule.DAY
    )
    state = models.CharField(
        pgettext_lazy("plan", "state"), max_length=8, choices=PlanState, default=PlanState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approved by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    refusal = models.CharField(pgettext_lazy("plan", "why not"), max_length=300, blank=True)
    end_reason = models.CharField(_("why it ended early"), max_length=300, blank=True)

    objects = RehabilitationPlanQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("rehabilitation plan")
        verbose_name_plural = _("rehabilitation plans")
        constraints = [
            ends_after_it_starts("rehab_plan_ends_after_it_starts"),
            ExclusionConstraint(
                name="rehab_plan_one_of_a_kind_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                condition=~Q(kind__in=ONE_OFF) & ~Q(state="REFUSED"),
                violation_error_message=_(
                    "The child has a plan of this kind in this time. End it first."
                ),
            ),
            models.CheckConstraint(
                name="rehab_plan_within_one_year",
                condition=Exact(ExtractYear("starts_on"), ExtractYear("ends_on")),
                violation_error_message=_("A plan is for one year: begin another for the next."),
            ),
            models.CheckConstraint(
                name="rehab_plan_has_sessions_and_money",
                condition=Q(sessions__gt=0, money__gt=0, until_age__gt=0)
                & (Q(month_money=None) | Q(month_money__gt=0)),
                violation_error_message=_("A plan has sessions and money."),
            ),
            models.CheckConstraint(
                name="rehab_plan_one_off_names_its_item",
                condition=~Q(kind__in=ONE_OFF) & Q(item="")
                | Q(kind__in=ONE_OFF, sessions=1) & ~Q(item=""),
                violation_error_message=_("Say which surgery or which device; it counts once."),
            ),
            models.CheckConstraint(
                name="rehab_plan_age_rule_known", condition=Q(age_rule__in=PlanAgeRule.values)
            ),
            HeldByTrigger(
                name="rehab_plan_proposed_by_somebody",
                violation_error_message=_("Somebody proposes a plan."),
            ),
            models.CheckConstraint(
                name="rehab_plan_approved_by_whom_and_when",
                condition=Q(state="APPROVED", approved_by__isnull=False, approved_at__isnull=False)
                | ~Q(state="APPROVED") & Q(approved_by=None, approved_at=None),
            ),
            models.CheckConstraint(
                name="rehab_plan_approved_by_a_second_person",
                condition=Q(proposed_by=None)
                | Q(approved_by=None)
                | ~Q(approved_by=F("proposed_by")),
                violation_error_message=_(
                    "Who proposed the plan does not approve it: a second person does."
                ),
            ),
            models.CheckConstraint(
                name="rehab_plan_refused_for_a_reason",
                condition=Q(state="REFUSED") & ~Q(refusal="") | ~Q(state="REFUSED") & Q(refusal=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="rehab_plan_state_known", condition=Q(state__in=PlanState.values)
            ),
            HeldByTrigger(
                name="rehab_plan_of_an_approved_application",
                violation_error_message=_(
                    "A plan follows an approved application of the child for this kind."
                ),
            ),
            HeldByTrigger(
                name="rehab_plan_inside_designation",
                violation_error_message=_(
                    "The institution is not designated for this kind in all this time."
                ),
            ),
            HeldByTrigger(
                name="rehab_plan_covers_its_sessions",
                violation_error_message=_("Sessions were attended outside these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"Rehabilitation plan {self.pk}"

    # Filled by whoever lists plans: `rehabilitation_ledger`.
    ledger: "Any"
    worries: "Any"

    @property
    def in_words(self) -> str:
        """What the trail of its sessions calls it."""
        return str(self.get_kind_display())

    @property
    def is_proposed(self) -> bool:
        return self.state == PlanState.PROPOSED

    @property
    def is_approved(self) -> bool:
        return self.state == PlanState.APPROVED

    @property
    def is_one_off(self) -> bool:
        return self.kind in ONE_OFF

    @property
    def session_money(self) -> Decimal:
        """What one session comes to; yuan, two places."""
        return (self.money / self.sessions).quantize(CENT, ROUND_HALF_UP)

    def is_running_on(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on
