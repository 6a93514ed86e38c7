"""What a child is entitled to: a programme from month to month, and for how much."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules.entitlement import OWING, TAKING, Move, State, moves_from
from children.models import ExitReason, Record
from children.models.base import OfChildQuerySet

from .dated import Months
from .month import MonthField, is_a_month
from .programme import Programme


class EntitlementState(models.TextChoices):
    PROPOSED = State.PROPOSED.value, pgettext_lazy("entitlement", "proposed")
    REFUSED = State.REFUSED.value, pgettext_lazy("entitlement", "refused")
    RUNNING = State.RUNNING.value, pgettext_lazy("entitlement", "running")
    HELD = State.HELD.value, pgettext_lazy("entitlement", "held")
    ENDED = State.ENDED.value, pgettext_lazy("entitlement", "ended")
    CANCELLED = State.CANCELLED.value, pgettext_lazy("entitlement", "cancelled")


class EntitlementQuerySet(OfChildQuerySet):
    def owing(self) -> Self:
        """Confirmed ones, held and ended ones with them."""
        return self.filter(state__in=[state.value for state in OWING])

    def in_month(self, month: date) -> Self:
        """Whose months cover `month`."""
        return self.filter(Q(to_month=None) | Q(to_month__gte=month), from_month__lte=month)

    def waiting(self) -> Self:
        return self.filter(state=EntitlementState.PROPOSED)


class Entitlement(Record):
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="entitlements"
    )
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        pgettext_lazy("entitlement", "state"), max_length=10, choices=EntitlementState,
        default=EntitlementState.PROPOSED,
    )  # fmt: skip
    from_month = MonthField(_("first month"))
    to_month = MonthField(_("last month"), null=True, blank=True)
    grounds = models.CharField(_("grounds"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason of the end"), max_length=30, choices=ExitReason, blank=True
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    objects = EntitlementQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        indexes = [
            models.Index(
                fields=["proposed_at", "id"], name="entitlement_waiting",
                condition=Q(state=EntitlementState.PROPOSED),
            )
        ]  # fmt: skip
        constraints = [
            ExclusionConstraint(
                name="entitlement_once_a_month",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("programme", RangeOperators.EQUAL),
                    (Months(), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=[state.value for state in TAKING]),
                violation_error_message=_(
                    "The child has an entitlement to this programme in these months already."
                ),
            ),
            HeldByTrigger(
                name="entitlement_paid_once_for_all",
                violation_error_message=_(
                    "This is paid once: the child has an entitlement to it, or was paid already."
                ),
            ),
            HeldByTrigger(
                name="entitlement_beside_what_excludes_it",
                violation_error_message=_(
                    "An overlap rule keeps it apart from another entitlement of the child in these"
                    " months: end that one before, with the month before this one begins."
                ),
            ),
            is_a_month("entitlement_months_are_months", "from_month", "to_month"),
            models.CheckConstraint(
                name="entitlement_ends_no_earlier_than_it_starts",
                condition=Q(to_month=None) | Q(to_month__gte=F("from_month")),
                violation_error_message=_("The last month lies before the first."),
            ),
            models.CheckConstraint(
                name="entitlement_confirmed_by_whom_and_when",
                condition=Q(state__in=["PROPOSED", "REFUSED"], confirmed_by=None, confirmed_at=None)
                | ~Q(state__in=["PROPOSED", "REFUSED"])
                & Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="entitlement_confirmed_by_a_second_person",
                condition=Q(confirmed_by=None) | Q(proposed_by=None)
                | ~Q(confirmed_by=F("proposed_by")),
                violation_error_message=_(
                    "Who proposed the entitlement cannot confirm it: a second person does."
                ),
            ),
            models.CheckConstraint(
                name="entitlement_ended_with_reason_and_last_month",
                condition=Q(state="ENDED", to_month__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ENDED") & Q(end_reason=""),
                violation_error_message=_(
                    "An ended entitlement has a reason and the last month that is paid."
                ),
            ),
            models.CheckConstraint(
                name="entitlement_state_known", condition=Q(state__in=EntitlementState.values)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Entitlement {self.pk}"

    # Filled by whoever lists entitlements: what holds in the month shown; what an overlap rule
    # keeps apart from one that is proposed.
    rate_now: "Any"
    beside: "Any" = ()

    @property
    def moves(self) -> list[Move]:
        return moves_from(self.state)

    @property
    def is_proposed(self) -> bool:
        return self.state == EntitlementState.PROPOSED

    @property
    def is_running(self) -> bool:
        return self.state == EntitlementState.RUNNING

    @property
    def is_held(self) -> bool:
        return self.state == EntitlementState.HELD

    @property
    def is_cancelled(self) -> bool:
        return self.state == EntitlementState.CANCELLED

    @property
    def is_ended(self) -> bool:
        return self.state == EntitlementState.ENDED
