"""Applications for rehabilitation: by certificate or by diagnosis, decided by a second person."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from assistance.rules.rehabilitation import (
    APPLICATION_MOVES,
    OPEN_APPLICATION,
    ApplicationMove,
    ApplicationStep,
)
from children.models import DisabilityCertificate, Document, Record
from children.models.base import OfChildQuerySet

from .rehabilitation_institution import RehabilitationKind

_DECIDED = ["APPROVED", "REJECTED", "RETURNED"]


class RehabilitationState(models.TextChoices):
    SUBMITTED = ApplicationStep.SUBMITTED.value, pgettext_lazy("rehabilitation", "submitted")
    RETURNED = ApplicationStep.RETURNED.value, pgettext_lazy("rehabilitation", "papers missing")
    APPROVED = ApplicationStep.APPROVED.value, pgettext_lazy("rehabilitation", "approved")
    REJECTED = ApplicationStep.REJECTED.value, pgettext_lazy("rehabilitation", "rejected")
    WITHDRAWN = ApplicationStep.WITHDRAWN.value, pgettext_lazy("rehabilitation", "withdrawn")


class RehabilitationApplicationQuerySet(OfChildQuerySet):
    def waiting(self) -> Self:
        return self.filter(state=RehabilitationState.SUBMITTED)


class RehabilitationApplication(Record):
    """Held by a certificate of the file or, without one, by a diagnosis among its documents."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="rehabilitation_applications"
    )
    kind = models.CharField(_("kind of help"), max_length=12, choices=RehabilitationKind)
    certificate = models.ForeignKey(
        DisabilityCertificate, verbose_name=_("disability certificate"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    diagnosis = models.ForeignKey(
        Document, verbose_name=_("diagnosis"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    applied_on = models.DateField(_("applied on"))
    applicant = models.CharField(_("applicant"), max_length=100)
    need = models.CharField(_("what is needed"), max_length=500, blank=True)
    state = models.CharField(
        pgettext_lazy("rehabilitation", "state"), max_length=10, choices=RehabilitationState,
        default=RehabilitationState.SUBMITTED,
    )  # fmt: skip
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    entered_at = models.DateTimeField(_("entered"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = RehabilitationApplicationQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("application for rehabilitation")
        verbose_name_plural = _("applications for rehabilitation")
        indexes = [
            models.Index(
                fields=["entered_at", "id"], name="rehab_application_waiting",
                condition=Q(state=RehabilitationState.SUBMITTED),
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["child", "kind"],
                name="rehab_application_one_open_per_kind",
                condition=Q(state__in=[state.value for state in OPEN_APPLICATION])
                & ~Q(kind__in=["SURGERY", "DEVICE"]),
                violation_error_message=_(
                    "An application of this child for this kind is under way."
                ),
            ),
            models.CheckConstraint(
                name="rehab_application_by_certificate_or_diagnosis",
                condition=Q(certificate__isnull=False) | Q(diagnosis__isnull=False),
                violation_error_message=_("It rests on a certificate or on a diagnosis."),
            ),
            models.CheckConstraint(
                name="rehab_application_decided_by_whom_and_when",
                condition=~Q(state__in=_DECIDED)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="rehab_application_approved_by_a_second_person",
                condition=~Q(state="APPROVED") | ~Q(decided_by=F("entered_by")),
                violation_error_message=_(
                    "Who entered the application cannot approve it: a second person does."
                ),
            ),
            models.CheckConstraint(
                name="rehab_application_refusal_has_its_reason",
                condition=~Q(state__in=["REJECTED", "RETURNED"]) | ~Q(reason=""),
                violation_error_message=_("Write the reason for the family."),
            ),
            models.CheckConstraint(
                name="rehab_application_kind_known", condition=Q(kind__in=RehabilitationKind.values)
            ),
            models.CheckConstraint(
                name="rehab_application_state_known",
                condition=Q(state__in=RehabilitationState.values),
            ),
        ]

    def __str__(self) -> str:
        return f"Rehabilitation application {self.pk}"

    @property
    def in_words(self) -> str:
        """What the trail of its plans calls it."""
        return str(self.get_kind_display())

    @property
    def moves(self) -> list[ApplicationMove]:
        return [move for (state, move) in APPLICATION_MOVES if state == self.state]

    @property
    def is_waiting(self) -> bool:
        return self.state == RehabilitationState.SUBMITTED

    @property
    def is_returned(self) -> bool:
        return self.state == RehabilitationState.RETURNED

    @property
    def is_approved(self) -> bool:
        return self.state == RehabilitationState.APPROVED
