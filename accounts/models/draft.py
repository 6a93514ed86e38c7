"""What was typed and not yet sent: one draft per user and form, encrypted, with an expiry."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from accounts.crypto.fields import EncryptedTextField
from accounts.guard.policies import OwnRows

from .posting import Posting


class DraftQuerySet(models.QuerySet):
    def alive(self, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)


class Draft(models.Model):
    """`form` names the form and its row: `children:child_create`, `children:child_change:17`.

    `data` is JSON of field name → list of texts, as posted; files are never kept.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=100)
    data = EncryptedTextField(context="accounts.Draft.data", row_key="uuid")
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()
    row_security = OwnRows("user_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "posting", "form"], name="draft_one_per_form")
        ]

    def __str__(self) -> str:
        return f"Draft {self.pk}"
