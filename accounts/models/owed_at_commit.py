"""What a transaction of many rows still has to do before it is committed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.guard.policies import Open


class OwedAtCommit(models.Model):
    """A function of the database, and the keys to call it with (`accounts.guard.history`).

    Triggers note it; a deferred one does it and takes the row away, so none is ever committed.
    """

    work = models.CharField(max_length=63)
    keys = ArrayField(models.BigIntegerField())

    row_security = Open("never committed: nobody but its own transaction has it")
    is_derived = True

    def __str__(self) -> str:
        return self.work
