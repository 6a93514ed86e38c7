"""Evidence files. Content lies in the storage under a random name; nothing tells whose it is."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger

from .application import Application
from .base import OfChildQuerySet, Record
from .home_visit import HomeVisit


class DocumentKind(models.TextChoices):
    """Evidence of `children.rules.application`, and the photo."""

    PHOTO = "PHOTO", _("photo of the child")
    CHILD_ID = "CHILD_ID", _("child's ID card")
    HOUSEHOLD_BOOK = "HOUSEHOLD_BOOK", _("household book")
    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE", _("birth certificate")
    BANK_CARD = "BANK_CARD", _("bank or social-security card")
    GUARDIAN_ID = "GUARDIAN_ID", _("guardian's ID card")
    RELATION_PROOF = "RELATION_PROOF", _("proof of relation")
    PARENT_PROOF_FATHER = "PARENT_PROOF_FATHER", _("proof of the father's situation")
    PARENT_PROOF_MOTHER = "PARENT_PROOF_MOTHER", _("proof of the mother's situation")
    ALLOWANCE_AGREEMENT = "ALLOWANCE_AGREEMENT", _("agreement on the use of the allowance")
    DISABILITY_CERTIFICATE = "DISABILITY_CERTIFICATE", _("disability certificate")
    DIAGNOSIS = "DIAGNOSIS", _("diagnosis")
    LOW_INCOME_PROOF = "LOW_INCOME_PROOF", _("proof of low income")
    ENTRUSTED_CARE = "ENTRUSTED_CARE", _("entrusted-care confirmation")
    COURT_JUDGMENT = "COURT_JUDGMENT", _("court judgment")
    VISIT_PHOTO = "VISIT_PHOTO", _("photo of a visit")
    OTHER = "OTHER", _("other")


class DocumentQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        rows = super().permitted(grant)
        if not grant.allows(Permission.SECRET_VIEW):
            rows = rows.filter(is_secret=False)
        if not grant.allows(Permission.VISIT_VIEW):  # a home is not seen by the school
            rows = rows.exclude(kind=DocumentKind.VISIT_PHOTO)
        return rows


class Document(Record):
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="documents")
    application = models.ForeignKey(
        Application, verbose_name=_("application"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="documents",
    )  # fmt: skip
    visit = models.ForeignKey(
        HomeVisit, verbose_name=_("visit"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="photos",
    )  # fmt: skip
    kind = models.CharField(_("kind of document"), max_length=30, choices=DocumentKind)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField(editable=False)  # bytes as stored
    sha256 = models.CharField(max_length=64, editable=False)
    is_secret = models.BooleanField(_("secret"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT,
        related_name="+", editable=False,
    )  # fmt: skip
    uploaded_at = models.DateTimeField(_("uploaded"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()
    history = History()
    row_security = OfChild(secret_when="is_secret")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(fields=["uuid"], name="document_uuid_once"),
            models.CheckConstraint(
                name="document_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason=""),
            ),
            models.CheckConstraint(
                name="document_kind_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(
                name="document_of_a_visit_is_its_photo",
                condition=Q(kind="VISIT_PHOTO", visit__isnull=False)
                | ~Q(kind="VISIT_PHOTO") & Q(visit__isnull=True),
                violation_error_message=_("A photo of a visit belongs to that visit."),
            ),
            HeldByTrigger(
                name="document_of_a_visit_of_its_child",
                violation_error_message=_("This visit is of another child."),
            ),
        ]

    def __str__(self) -> str:
        return f"Document {self.pk}"

    @property
    def in_words(self) -> str:
        """What the trail of rows that rest on it calls it."""
        return self.get_kind_display()

    @property
    def storage_name(self) -> str:
        return f"{self.uuid.hex[:2]}/{self.uuid.hex}"
