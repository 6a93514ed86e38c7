"""Disability certificates (残疾人证). The number holds the ID number: as sensitive as that."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from accounts.guard.policies import OfChild
from accounts.history import History
from children.rules import certificate, masking

from .base import OfChildQuerySet, Record


class DisabilityKind(models.IntegerChoices):
    """The digit in the number."""

    VISUAL = 1, _("visual")
    HEARING = 2, _("hearing")
    SPEECH = 3, _("speech")
    PHYSICAL = 4, _("physical")
    INTELLECTUAL = 5, _("intellectual")
    MENTAL = 6, _("mental")
    MULTIPLE = 7, _("multiple")


class CertificateStatus(models.TextChoices):
    VALID = "VALID", _("valid")
    EXPIRED = "EXPIRED", _("expired")
    FROZEN = "FROZEN", _("frozen")
    CANCELLED = "CANCELLED", _("cancelled")
    MOVED = "MOVED", _("moved away")
    LOST_REISSUED = "LOST_REISSUED", _("lost, issued again")


class CertificateQuerySet(OfChildQuerySet):
    def with_number(self) -> Self:
        """A certificate, not a diagnosis that stands in for one."""
        return self.filter(number_hash__isnull=False)


class DisabilityCertificate(Record):
    """A diagnosis may stand in for it: then `number` is empty and `diagnosis` says whose."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="certificates", db_constraint=False
    )
    number = EncryptedTextField(
        _("certificate number"), context="children.DisabilityCertificate.number", row_key="uuid",
        blank=True, default="",
    )  # fmt: skip
    number_hash = BlindIndexField(source="number", context="certificate_number")
    diagnosis = models.CharField(_("diagnosis by"), max_length=200, blank=True)
    kind = models.PositiveSmallIntegerField(_("kind of disability"), choices=DisabilityKind)
    grade = models.PositiveSmallIntegerField(
        _("grade"), choices=[(number, str(number)) for number in range(1, 5)]
    )
    # Lists do not always tell it; the form asks for it.
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)  # last valid day
    status = models.CharField(
        _("status"), max_length=20, choices=CertificateStatus, default=CertificateStatus.VALID
    )
    # First day on which it does not hold any more; without one, one that is not valid never held,
    # or held until it ran out.
    status_from = models.DateField(_("not valid since"), null=True, blank=True)

    objects = CertificateQuerySet.as_manager()
    history = History(user_db_constraint=False)
    row_security = OfChild()
    references_in_sets = True

    class Meta:
        verbose_name = _("disability certificate")
        verbose_name_plural = _("disability certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["number_hash"],
                name="certificate_number_once",
                condition=Q(number_hash__isnull=False),
                violation_error_message=_("This certificate is registered already."),
            ),
            models.UniqueConstraint(
                fields=["child"],
                name="certificate_one_valid_per_child",
                condition=Q(status=CertificateStatus.VALID, number_hash__isnull=False),
                violation_error_message=_("The child already has a valid certificate."),
            ),
            models.CheckConstraint(
                name="certificate_number_or_diagnosis",
                condition=Q(number_hash__isnull=False) | ~Q(diagnosis=""),
                violation_error_message=_("Enter the certificate number or the diagnosis."),
            ),
            models.CheckConstraint(
                name="certificate_expires_after_issue",
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                violation_error_message=_("The certificate expires before it was issued."),
            ),
            models.CheckConstraint(
                name="certificate_valid_has_no_end",
                condition=Q(status_from__isnull=True) | ~Q(status=CertificateStatus.VALID),
                violation_error_message=_("A valid certificate is not «not valid since» a day."),
            ),
            models.CheckConstraint(
                name="certificate_kind_known", condition=Q(kind__in=DisabilityKind.values)
            ),
            models.CheckConstraint(
                name="certificate_grade_known", condition=Q(grade__gte=1, grade__lte=4)
            ),
            models.CheckConstraint(
                name="certificate_status_known",
                condition=Q(status__in=CertificateStatus.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def masked_number(self) -> str:
        return masking.certificate(self.number)

    @property
    def is_severe(self) -> bool:
        return certificate.is_severe(self.kind, self.grade)

    @property
    def paper(self) -> certificate.Paper:
        return certificate.Paper(self.number, self.issued_on, self.expires_on, self.status)
