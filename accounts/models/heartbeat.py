"""When the clock behind the scheduled work last ticked."""

from datetime import datetime

from django.db import models

from accounts.guard.policies import Open


class Heartbeat(models.Model):
    name = models.CharField(max_length=20, primary_key=True)
    beaten_at = models.DateTimeField()

    objects = models.Manager()
    row_security = Open("tells only that the worker lives")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str, now: datetime) -> None:
        cls.objects.update_or_create(name=name, defaults={"beaten_at": now})

    @classmethod
    def last(cls, name: str) -> datetime | None:
        return cls.objects.filter(name=name).values_list("beaten_at", flat=True).first()
