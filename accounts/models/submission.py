"""Forms already carried out, so that one sent twice has its effect once."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from accounts.guard.policies import OwnRows


class Submission(models.Model):
    """`key` came with the form; written in the transaction of its effect."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions"
    )
    at = models.DateTimeField(db_default=Now())
    answer = models.CharField(max_length=500)  # where the first sending was redirected to

    row_security = OwnRows("user_id")

    def __str__(self) -> str:
        return str(self.key)
