"""A session that a child attended, signed by who brought it. Never deleted: withdrawn."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger
from children.models import Record
from children.models.base import OfChildQuerySet

from .rehabilitation_institution import RehabilitationInstitution
from .rehabilitation_plan import RehabilitationPlan

STANDING = Q(withdrawn_on=None)


class RehabilitationSessionQuerySet(OfChildQuerySet):
    def standing(self) -> Self:
        return self.filter(STANDING)


class RehabilitationSession(Record):
    """`institution` is the plan's, kept here so that one day never has two of them."""

    plan = models.ForeignKey(
        RehabilitationPlan, on_delete=models.PROTECT, related_name="attended", db_index=False
    )
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="rehabilitation_sessions"
    )
    institution = models.ForeignKey(
        RehabilitationInstitution, verbose_name=_("institution"), on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    held_on = models.DateField(_("day"))
    hours = models.DecimalField(_("hours"), max_digits=3, decimal_places=1, default=1)
    signed_by = models.CharField(_("signed by"), max_length=100)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    entered_on = models.DateField(_("entered"))
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = RehabilitationSessionQuerySet.as_manager()
    history = History()
    row_security = OfChild()
    is_never_deleted = True

    class Meta:
        verbose_name = _("rehabilitation session")
        verbose_name_plural = _("rehabilitation sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "held_on"],
                name="rehab_session_once_a_day",
                condition=STANDING,
                violation_error_message=_("A session of this day is entered already."),
            ),
            ExclusionConstraint(
                name="rehab_session_at_one_institution_a_day",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("held_on", RangeOperators.EQUAL),
                    ("institution", RangeOperators.NOT_EQUAL),
                ],
                condition=STANDING,
                violation_error_message=_(
                    "The child was at another institution on one of these days."
                ),
            ),
            models.CheckConstraint(
                name="rehab_session_lies_not_ahead",
                condition=Q(held_on__lte=F("entered_on")),
                violation_error_message=_("A session is entered when it was attended."),
            ),
            models.CheckConstraint(
                name="rehab_session_has_hours",
                condition=Q(hours__gt=0, hours__lte=12),
                violation_error_message=_("A session has up to 12 hours."),
            ),
            models.CheckConstraint(
                name="rehab_session_is_signed",
                condition=~Q(signed_by__regex=r"^\s*$"),
                violation_error_message=_("Say who signed for the child."),
            ),
            models.CheckConstraint(
                name="rehab_session_withdrawn_with_reason",
                condition=Q(withdrawn_on=None, withdrawal_reason="")
                | Q(withdrawn_on__isnull=False) & ~Q(withdrawal_reason=""),
                violation_error_message=_("Say why the session is withdrawn."),
            ),
            HeldByTrigger(
                name="rehab_session_of_an_approved_plan",
                violation_error_message=_("The plan is not approved: no session of it counts."),
            ),
            HeldByTrigger(
                name="rehab_session_fits_its_plan",
                violation_error_message=_("The session is of another child or institution."),
            ),
            HeldByTrigger(
                name="rehab_session_inside_plan",
                violation_error_message=_("A day lies outside the plan."),
            ),
            HeldByTrigger(
                name="rehab_session_inside_designation",
                violation_error_message=_("The institution was not designated on one of the days."),
            ),
            HeldByTrigger(
                name="rehab_session_under_age",
                violation_error_message=_(
                    "The child had reached the age limit of the plan on one of the days."
                ),
            ),
            HeldByTrigger(
                name="rehab_session_within_plan",
                violation_error_message=_(
                    "That is more than the plan approved. Leave days out, or have another plan"
                    " approved first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Rehabilitation session {self.pk}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_on is not None
