"""A guardian as a person, once, however many children are in their care."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from accounts.guard.policies import GuardianRows
from accounts.history import History
from accounts.models import Area

from .base import Record
from .child import IdType


class GuardianQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Guardians of permitted children, whenever the guardianship was."""
        from .child import Child

        children = Child.objects.permitted(grant)
        return self.filter(guardianships__child__in=children).distinct()


class Guardian(Record):
    name = models.CharField(_("name"), max_length=100)
    id_type = models.CharField(
        _("kind of ID"), max_length=20, choices=IdType, default=IdType.RESIDENT_ID
    )
    id_number = EncryptedTextField(
        _("ID number"), context="children.Guardian.id_number", row_key="uuid", blank=True,
        default="",
    )  # fmt: skip
    id_number_hash = BlindIndexField(source="id_number", context="id_number")
    phone = EncryptedTextField(
        _("phone"), context="children.Guardian.phone", row_key="uuid", blank=True, default=""
    )
    phone_hash = BlindIndexField(source="phone", context="phone")
    phone_last_four = models.CharField(max_length=4, blank=True, editable=False)
    workplace = models.CharField(_("works in"), max_length=200, blank=True)
    recorded_in = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", editable=False, db_constraint=False
    )

    objects = GuardianQuerySet.as_manager()
    history = History(user_db_constraint=False, excluded_fields=["phone_last_four"])
    row_security = GuardianRows()
    references_in_sets = True

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")
        indexes = [
            models.Index(fields=["id_number_hash"], name="guardian_id_number_hash"),
            models.Index(fields=["phone_hash"], name="guardian_phone_hash"),
        ]
        constraints = [models.UniqueConstraint(fields=["uuid"], name="guardian_uuid_once")]

    def __str__(self) -> str:
        return f"Guardian {self.pk}"

    def derive(self) -> None:
        self.phone_last_four = self.phone[-4:]
