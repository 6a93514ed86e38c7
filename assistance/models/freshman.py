"""The subsidy of a child admitted to higher education: notice, payment, proof of arrival."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules.codes import Admission
from assistance.rules.freshman import Move, State, moves_from
from children.models import Document, Record
from children.models.base import OfChildQuerySet

from .entitlement import Entitlement


class AdmissionLevel(models.TextChoices):
    IN_PROVINCE = Admission.IN_PROVINCE.value, pgettext_lazy("admission", "in the province")
    OUT_OF_PROVINCE = (
        Admission.OUT_OF_PROVINCE.value, pgettext_lazy("admission", "outside the province")
    )  # fmt: skip


class FreshmanState(models.TextChoices):
    APPLIED = State.APPLIED.value, pgettext_lazy("freshman", "applied for")
    REFUSED = State.REFUSED.value, pgettext_lazy("freshman", "refused")
    CONFIRMED = State.CONFIRMED.value, pgettext_lazy("freshman", "waiting for the arrival")
    ARRIVED = State.ARRIVED.value, pgettext_lazy("freshman", "arrived")
    RECOVERED = State.RECOVERED.value, pgettext_lazy("freshman", "to be given back")


OVER = (FreshmanState.REFUSED, FreshmanState.RECOVERED)


class FreshmanSubsidyQuerySet(OfChildQuerySet):
    def standing(self) -> Self:
        """Neither refused nor given back: a child has one, and it tells of an admission."""
        return self.exclude(state__in=OVER)

    def waiting(self) -> Self:
        return self.filter(state=FreshmanState.APPLIED)

    def under_way(self) -> Self:
        """Confirmed, and not proved to have arrived."""
        return self.filter(state=FreshmanState.CONFIRMED)


class FreshmanSubsidy(Record):
    """`due_on`: last day for the proof, by the figure in force when it was applied for."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="freshman_subsidies"
    )
    college = models.CharField(_("university or college"), max_length=200)
    level = models.CharField(_("where"), max_length=16, choices=AdmissionLevel)
    admitted_on = models.DateField(_("day of the admission notice"))
    registers_on = models.DateField(_("day of registration"))
    due_on = models.DateField(_("proof of arrival by"))
    notice = models.ForeignKey(
        Document, verbose_name=_("admission notice"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        pgettext_lazy("freshman", "state"), max_length=10, choices=FreshmanState,
        default=FreshmanState.APPLIED,
    )  # fmt: skip
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    entitlement = models.OneToOneField(
        Entitlement, verbose_name=_("entitlement"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="freshman_subsidy",
    )  # fmt: skip
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    proof = models.ForeignKey(
        Document, verbose_name=_("proof of arrival"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip

    objects = FreshmanSubsidyQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("freshman subsidy")
        verbose_name_plural = _("freshman subsidies")
        indexes = [
            models.Index(
                fields=["due_on"], name="freshman_under_way", condition=Q(state="CONFIRMED")
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                name="freshman_once",
                condition=~Q(state__in=["REFUSED", "RECOVERED"]),
                violation_error_message=_(
                    "The subsidy is given once, and was applied for already."
                ),
            ),
            models.CheckConstraint(
                name="freshman_registers_after_the_notice",
                condition=Q(registers_on__gte=F("admitted_on"), due_on__gte=F("registers_on")),
                violation_error_message=_("Registration lies before the admission notice."),
            ),
            models.CheckConstraint(
                name="freshman_decided_by_whom_and_when",
                condition=Q(state="APPLIED", decided_by=None, decided_at=None)
                | ~Q(state="APPLIED") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="freshman_decided_by_a_second_person",
                condition=Q(decided_by=None) | ~Q(proposed_by=F("decided_by")),
                violation_error_message=_("You entered it: a second person decides."),
            ),
            models.CheckConstraint(
                name="freshman_refused_or_recovered_with_reason",
                condition=~Q(state__in=["REFUSED", "RECOVERED"]) | ~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="freshman_is_paid_by_its_entitlement",
                condition=Q(state__in=["APPLIED", "REFUSED"], entitlement=None)
                | ~Q(state__in=["APPLIED", "REFUSED"]) & Q(entitlement__isnull=False),
            ),
            HeldByTrigger(
                name="freshman_given_back_when_cancelled",
                violation_error_message=_(
                    "A subsidy whose entitlement is cancelled is given back."
                ),
            ),
            models.CheckConstraint(
                name="freshman_arrived_with_proof",
                condition=Q(
                    state__in=["ARRIVED", "RECOVERED"],
                    arrived_on__isnull=False,
                    proof__isnull=False,
                )
                | ~Q(state="ARRIVED") & Q(arrived_on=None, proof=None),
                violation_error_message=_("An arrival has its day and its proof."),
            ),
            models.CheckConstraint(
                name="freshman_level_known", condition=Q(level__in=AdmissionLevel.values)
            ),
            models.CheckConstraint(
                name="freshman_state_known", condition=Q(state__in=FreshmanState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Freshman subsidy {self.pk}"

    @property
    def is_standing(self) -> bool:
        return self.state not in OVER

    @property
    def is_under_way(self) -> bool:
        return self.state == FreshmanState.CONFIRMED

    @property
    def is_applied(self) -> bool:
        return self.state == FreshmanState.APPLIED

    @property
    def is_arrived(self) -> bool:
        return self.state == FreshmanState.ARRIVED

    def moves_on(self, today: date) -> list[Move]:
        return moves_from(self.state, today, self.due_on)
