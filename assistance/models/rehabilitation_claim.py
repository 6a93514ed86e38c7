"""What an institution asks for a month, and what is granted: never without a signed session."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import InArea, OfChildInArea
from accounts.history import History
from accounts.models import Area, User
from accounts.models.area import upper_bound
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules.rehabilitation import CLAIM_MOVES, OPEN_CLAIM, ClaimMove, ClaimStep
from children.models import Record

from .month import MonthField, is_a_month
from .rehabilitation_institution import RehabilitationInstitution
from .rehabilitation_plan import RehabilitationPlan


class ClaimState(models.TextChoices):
    DRAFT = ClaimStep.DRAFT.value, pgettext_lazy("claim", "draft")
    CHECKED = ClaimStep.CHECKED.value, pgettext_lazy("claim", "checked")
    APPROVED = ClaimStep.APPROVED.value, pgettext_lazy("claim", "approved")
    PAID = ClaimStep.PAID.value, pgettext_lazy("claim", "paid")
    CANCELLED = ClaimStep.CANCELLED.value, pgettext_lazy("claim", "cancelled")


def _own_area(rows: Any, grant: Grant, column: str) -> Any:
    code = grant.area_code
    if code is None or not grant.sees_own_area:
        return rows.none()
    return rows.filter(**{f"{column}__gte": code, f"{column}__lt": upper_bound(code)})


class RehabilitationClaimQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Claims of places in the grant's own area."""
        return _own_area(self, grant, "area")  # type: ignore[no-any-return]

    def open(self) -> Self:
        return self.filter(state__in=[state.value for state in OPEN_CLAIM])


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip


class RehabilitationClaim(Record):
    """Of one institution, for a month, for the children whose files the place keeps."""

    institution = models.ForeignKey(
        RehabilitationInstitution, verbose_name=_("institution"), on_delete=models.PROTECT,
        related_name="claims",
    )  # fmt: skip
    month = MonthField(_("month"))
    area = models.ForeignKey(
        Area, verbose_name=_("place"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        pgettext_lazy("claim", "state"), max_length=10, choices=ClaimState, default=ClaimState.DRAFT
    )
    invoice = models.CharField(_("number of the invoice"), max_length=100, blank=True)
    made_by = _person(_("drawn up by"))
    made_at = models.DateTimeField(_("drawn up"))
    checked_by = _person(_("checked by"))
    checked_at = models.DateTimeField(pgettext_lazy("claim", "checked"), null=True, blank=True)
    approved_by = _person(_("approved by"))
    approved_at = models.DateTimeField(pgettext_lazy("claim", "approved"), null=True, blank=True)
    paid_on = models.DateField(pgettext_lazy("claim", "paid on"), null=True, blank=True)
    paid_by = _person(_("payment recorded by"))

    objects = RehabilitationClaimQuerySet.as_manager()
    history = History()
    row_security = InArea("area_id")

    class Meta:
        verbose_name = _("claim of an institution")
        verbose_name_plural = _("claims of institutions")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "month", "area"],
                name="rehab_claim_one_open_at_a_time",
                condition=Q(state__in=["DRAFT", "CHECKED"]),
                violation_error_message=_("A claim of this institution and month is open already."),
            ),
            is_a_month("rehab_claim_month_is_a_month", "month"),
            models.CheckConstraint(
                name="rehab_claim_checked_by_whom_and_when",
                condition=Q(state__in=["DRAFT", "CANCELLED"], checked_by=None, checked_at=None)
                | ~Q(state__in=["DRAFT", "CANCELLED"])
                & Q(checked_by__isnull=False, checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="rehab_claim_approved_by_whom_and_when",
                condition=~Q(state__in=["APPROVED", "PAID"]) & Q(approved_by=None, approved_at=None)
                | Q(state__in=["APPROVED", "PAID"])
                & Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="rehab_claim_approved_by_another_person",
                condition=Q(approved_by=None)
                | ~Q(approved_by=F("checked_by"))
                & (Q(made_by=None) | ~Q(approved_by=F("made_by"))),
                violation_error_message=_(
                    "Who drew the claim up or checked it cannot approve it: another person does."
                ),
            ),
            HeldByTrigger(
                name="rehab_claim_approved_by_none_of_its_lines",
                violation_error_message=_(
                    "Who typed lines of the claim, or took them in from a list, cannot approve it:"
                    " another person does."
                ),
            ),
            models.CheckConstraint(
                name="rehab_claim_paid_on_a_day",
                condition=Q(state="PAID", paid_on__isnull=False)
                | ~Q(state="PAID") & Q(paid_on=None),
                violation_error_message=_("Say on which day it was paid."),
            ),
            # Not asked of what was paid before the column: see the migration.
            models.CheckConstraint(
                name="rehab_claim_paid_by_another_person",
                condition=Q(paid_on=None, paid_by=None)
                | Q(paid_on__isnull=False, paid_by__isnull=False, approved_by__isnull=False)
                & ~Q(paid_by=F("approved_by")),
                violation_error_message=_(
                    "Who approved the claim does not record the payment: another person does."
                ),
            ),
            models.CheckConstraint(
                name="rehab_claim_state_known", condition=Q(state__in=ClaimState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Claim {self.pk}"

    @property
    def moves(self) -> list[ClaimMove]:
        return [move for (state, move) in CLAIM_MOVES if state == self.state]

    @property
    def is_approved(self) -> bool:
        return self.state == ClaimState.APPROVED

    @property
    def is_draft(self) -> bool:
        return self.state == ClaimState.DRAFT

    def has_lines_written_by(self, user: User) -> bool:
        """Typed, taken in from a list or drawn up: of the lines that stand, as history has it."""
        lines = self.lines.values("pk")
        return bool(ClaimLine.history.filter(id__in=lines, history_user=user).exists())


class ClaimLineQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        return _own_area(self, grant, "area_code")  # type: ignore[no-any-return]


class ClaimLine(Record):
    """What the institution asks for one plan, and how much of it is granted. Yuan.

    `is_by_hand`: typed from the institution's own list, not proposed from the sessions.
    """

    claim = models.ForeignKey(RehabilitationClaim, on_delete=models.PROTECT, related_name="lines")
    plan = models.ForeignKey(
        RehabilitationPlan, verbose_name=pgettext_lazy("rehabilitation", "plan"),
        on_delete=models.PROTECT, related_name="claim_lines",
    )  # fmt: skip
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="claim_lines"
    )
    area_code = models.CharField(max_length=12, db_collation="C", editable=False)
    asked_sessions = models.PositiveSmallIntegerField(_("sessions asked for"))
    asked_amount = models.DecimalField(_("money asked for, yuan"), max_digits=9, decimal_places=2)
    granted_sessions = models.PositiveSmallIntegerField(_("sessions granted"))
    granted_amount = models.DecimalField(_("money granted, yuan"), max_digits=9, decimal_places=2)
    is_by_hand = models.BooleanField(_("typed from the list"), default=False)

    objects = ClaimLineQuerySet.as_manager()
    history = History()
    row_security = OfChildInArea()

    class Meta:
        verbose_name = _("line of a claim")
        verbose_name_plural = _("lines of claims")
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "plan"],
                name="claim_line_once_in_a_claim",
                violation_error_message=_("The claim has a line for this plan already."),
            ),
            models.CheckConstraint(
                name="claim_line_grants_what_is_asked",
                condition=Q(
                    granted_sessions__lte=F("asked_sessions"),
                    granted_amount__lte=F("asked_amount"),
                    granted_amount__gte=0,
                )
                & (Q(granted_sessions__gt=0) | Q(granted_amount=0)),
                violation_error_message=_("No more is granted than asked, and none for nothing."),
            ),
            HeldByTrigger(
                name="claim_line_fits_its_plan",
                violation_error_message=_("The plan is of another child or institution."),
            ),
            HeldByTrigger(
                name="claim_line_within_attended_sessions",
                violation_error_message=_("More sessions are claimed than were signed for."),
            ),
            HeldByTrigger(
                name="claim_line_within_approved_sessions",
                violation_error_message=_("More sessions are claimed than the plan approved."),
            ),
            HeldByTrigger(
                name="claim_line_within_approved_money",
                violation_error_message=_("More money is claimed than the plan approved."),
            ),
            HeldByTrigger(
                name="claim_line_within_the_months_money",
                violation_error_message=_("More money is claimed than the plan gives in a month."),
            ),
        ]

    def __str__(self) -> str:
        return f"Claim line {self.pk}"
