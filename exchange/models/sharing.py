"""What was given to a department or came from one: who, why, on what ground, which fields."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission
from accounts.guard.policies import AuditedInArea
from accounts.models.area import upper_bound

from .feed import FeedKind
from .list_import import ListImport
from .of_area import OfAreaQuerySet


class SharingDirection(models.TextChoices):
    IN = "IN", pgettext_lazy("list", "in")
    OUT = "OUT", pgettext_lazy("list", "out")


class SharingRecordQuerySet(OfAreaQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the grant's own area, or of that whose trails it audits."""
        if not grant.allows(Permission.SHARING_VIEW):
            return super().permitted(grant)
        code = grant.area_code or "~"
        return self.filter(area_code__gte=code, area_code__lt=upper_bound(code))

    def before(self, record: "SharingRecord") -> Self:
        """What follows the record in a list of the newest first."""
        return self.filter(Q(at__lt=record.at) | Q(at=record.at, pk__lt=record.pk))


class SharingRecord(models.Model):
    """One list that went in or out. Insert-only; it holds no line of the list, only its hash."""

    direction = models.CharField(_("direction"), max_length=3, choices=SharingDirection)
    kind = models.CharField(_("list"), max_length=40)  # FeedKind, or key of a layout going out
    department = models.CharField(_("department"), max_length=100)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    legal_ground = models.CharField(_("legal ground"), max_length=200, blank=True)
    fields = ArrayField(models.CharField(max_length=40), verbose_name=_("columns"))
    rows = models.PositiveIntegerField(_("rows"))
    file_hash = models.BinaryField(max_length=32)  # SHA-256 of the file as it came or went
    area_code = models.CharField(max_length=12, db_collation="C")  # whose people the list is about
    list_import = models.ForeignKey(
        ListImport, null=True, blank=True, on_delete=models.PROTECT, related_name="sharing"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("when"))

    objects = SharingRecordQuerySet.as_manager()
    row_security = AuditedInArea("area_code")
    is_insert_only = True

    class Meta:
        verbose_name = _("record of sharing")
        verbose_name_plural = _("records of sharing")
        indexes = [models.Index(fields=["area_code", "-at"], name="sharing_record_in_area")]
        constraints = [
            models.CheckConstraint(
                name="sharing_record_direction_known",
                condition=Q(direction__in=SharingDirection.values),
            ),
            models.CheckConstraint(
                name="sharing_record_hash_is_sha256",
                condition=Exact(
                    Func(F("file_hash"), function="octet_length",
                         output_field=models.IntegerField()), 32
                ),
            ),
            models.CheckConstraint(
                name="sharing_record_out_says_why",
                condition=Q(direction=SharingDirection.IN) | ~Q(purpose="") & ~Q(legal_ground=""),
                violation_error_message=_("A list goes out for a purpose and on a legal ground."),
            ),
            models.CheckConstraint(
                name="sharing_record_import_comes_in",
                condition=Q(direction=SharingDirection.IN) | Q(list_import__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Sharing {self.pk}"

    @property
    def kind_in_words(self) -> str:
        """In the reader's language, of a kind that no door gives away any more too."""
        return str(dict(FeedKind.choices).get(self.kind, self.kind))
