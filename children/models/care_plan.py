"""What is to become better for a child, who does what by when, and how it went."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models import Organisation, Posting

from .base import OfChildQuerySet, Record


class PlanResult(models.TextChoices):
    REACHED = "REACHED", pgettext_lazy("care plan", "goals reached")
    PARTLY = "PARTLY", pgettext_lazy("care plan", "partly reached")
    MISSED = "MISSED", pgettext_lazy("care plan", "not reached")
    REPLACED = "REPLACED", pgettext_lazy("care plan", "replaced by a new plan")


class CarePlan(Record):
    """One at a time for a child; `review_on` is the day on which it is looked at next."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="care_plans")
    author = models.ForeignKey(
        Posting, verbose_name=_("answers for the plan"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    starts_on = models.DateField(_("first day"))
    goals = models.TextField(_("goals"), max_length=3_000)
    review_on = models.DateField(_("next review"))
    review = models.TextField(_("what the last review found"), max_length=3_000, blank=True)
    reviewed_on = models.DateField(_("reviewed"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=PlanResult, blank=True)

    objects = OfChildQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                name="care_plan_one_at_a_time",
                condition=Q(ended_on__isnull=True),
                violation_error_message=_("This child has a plan: end it before a new one."),
            ),
            models.CheckConstraint(
                name="care_plan_ended_with_result",
                condition=Q(ended_on__isnull=True, result="")
                | Q(
                    ended_on__isnull=False,
                    ended_on__gte=F("starts_on"),
                    result__in=PlanResult.values,
                ),
                violation_error_message=_("A plan ends with its result, not before it began."),
            ),
            models.CheckConstraint(
                name="care_plan_review_lies_ahead",
                condition=Q(review_on__gt=F("starts_on"))
                & (Q(reviewed_on__isnull=True) | Q(review_on__gt=F("reviewed_on"))),
                violation_error_message=_("The next review lies after the first day and the last."),
            ),
        ]

    def __str__(self) -> str:
        return f"Plan {self.pk}"

    @property
    def in_words(self) -> str:
        """What the trail of its steps calls it."""
        return str(self._meta.verbose_name)

    @property
    def is_ended(self) -> bool:
        return self.ended_on is not None


class CareActionQuerySet(OfChildQuerySet):
    def open(self) -> Self:
        return self.filter(done_on__isnull=True, plan__ended_on__isnull=True)

    def of_office(self, grant: Grant) -> Self:
        """Steps that the grant's own office or school answers for, where it acts for the whole."""
        if not grant.is_organisation_wide:
            return self.none()
        return self.filter(office=grant.posting.organisation_id)


class CareAction(Record):
    """One step of a plan: `who` does it, as their name is written, of whatever office.

    Of an `office` that may see the file it is due work there, and reported as done from there.
    """

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="actions")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(_("what"), max_length=300)
    who = models.CharField(_("who, of which office or school"), max_length=200)
    office = models.ForeignKey(
        Organisation, verbose_name=_("office or school that answers for it"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    due_on = models.DateField(_("by"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=500, blank=True)

    objects = CareActionQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("step of a care plan")
        verbose_name_plural = _("steps of care plans")
        indexes = [
            models.Index(
                fields=["child", "due_on"], name="care_action_open", condition=Q(done_on=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="care_action_outcome_when_done",
                condition=Q(done_on__isnull=False) | Q(outcome=""),
                violation_error_message=_("Only what is done has come to something."),
            ),
        ]

    def __str__(self) -> str:
        return f"Step {self.pk}"

    def is_overdue_on(self, today: date) -> bool:
        return self.done_on is None and self.due_on < today


def open_plan(child: Any) -> CarePlan | None:
    return CarePlan.objects.filter(child=child, ended_on__isnull=True).first()
