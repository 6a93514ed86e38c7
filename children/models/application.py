"""Identification (认定): the way from a lead to a decision, and every step of it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.guard.policies import OfChild
from accounts.history import History
from children.rules.categories import SECRET

from .base import OfChildQuerySet, Record
from .category import CategoryCode, secret_sql


class ApplicationState(models.TextChoices):
    LEAD = "LEAD", _("lead")
    SUBMITTED = "SUBMITTED", _("submitted")
    ACCEPTED = "ACCEPTED", _("accepted")
    TOWN_REVIEW = "TOWN_REVIEW", _("township check")
    COUNTY_REVIEW = "COUNTY_REVIEW", _("county confirmation")
    APPROVED = "APPROVED", _("approved")
    REJECTED = "REJECTED", _("rejected")
    RETURNED = "RETURNED", _("returned for papers")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


ENDED = [ApplicationState.APPROVED, ApplicationState.REJECTED, ApplicationState.WITHDRAWN]


class ApplicationQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        return super().permitted(grant).visible_to(grant)

    def visible_to(self, grant: Grant) -> Self:
        """Without those for secret categories, unless entitled; for permitted children."""
        if grant.allows(Permission.SECRET_VIEW):
            return self
        return self.exclude(category__in=[code.value for code in SECRET])

    def unfinished(self) -> Self:
        return self.exclude(state__in=ENDED)


class Application(Record):
    """One application of one child for one category; never posted in public."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="applications"
    )
    category = models.CharField(_("category"), max_length=20, choices=CategoryCode)
    state = models.CharField(
        _("state"), max_length=20, choices=ApplicationState, default=ApplicationState.LEAD
    )
    applicant = models.CharField(_("applicant"), max_length=100, blank=True)
    grounds = models.TextField(_("grounds"), max_length=20_000, blank=True)
    submitted_on = models.DateField(_("submitted"), null=True, blank=True)
    # For the family: why it was refused, or which papers are missing.
    decision_reason = models.TextField(_("reason"), max_length=20_000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    effective_month = models.DateField(_("effective from"), null=True, blank=True)  # first day

    objects = ApplicationQuerySet.as_manager()
    history = History()
    row_security = OfChild(secret_when=secret_sql())

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "category"],
                name="application_one_open_per_category",
                condition=~Q(state__in=[state.value for state in ENDED]),
                violation_error_message=_(
                    "An application of this child for this category is under way."
                ),
            ),
            models.CheckConstraint(
                name="application_refusal_has_its_reason",
                condition=~Q(state__in=["REJECTED", "RETURNED"]) | ~Q(decision_reason=""),
                violation_error_message=_("Write the reason for the family."),
            ),
            models.CheckConstraint(
                name="application_decision_has_author_and_time",
                condition=~Q(state__in=["APPROVED", "REJECTED"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_approval_has_its_month",
                condition=~Q(state="APPROVED")
                | Q(effective_month__isnull=False, effective_month__day=1),
            ),
            models.CheckConstraint(
                name="application_state_known", condition=Q(state__in=ApplicationState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Application {self.pk}"

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED


class ApplicationStepQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        return self.filter(application__in=Application.objects.permitted(grant))


class ApplicationStep(models.Model):
    """One move; insert-only, so the clocks can always be told again."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    move = models.CharField(_("step"), max_length=30)
    from_state = models.CharField(_("from"), max_length=20, choices=ApplicationState, blank=True)
    to_state = models.CharField(_("to"), max_length=20, choices=ApplicationState)
    at = models.DateTimeField(_("when"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    reason = models.TextField(_("reason"), blank=True)

    objects = ApplicationStepQuerySet.as_manager()
    # A step is as secret as its application: hidden where that is.
    row_security = OfChild(
        secret_when="NOT EXISTS (SELECT 1 FROM children_application w WHERE w.id = application_id)"
    )
    is_insert_only = True

    class Meta:
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Step {self.pk}"
