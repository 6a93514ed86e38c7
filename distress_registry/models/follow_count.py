"""What was overdue and stale, place by place, in the last night of each month."""

from typing import Any

from django.db import models

from assistance.models.month import MonthField

from .picture import FiguresOfArea, FiguresQuerySet


class FollowCount(models.Model):
    """As `DueWorkQuerySet.by_place` counts; `month` in its last night, or in the last of all."""

    pk: Any = models.CompositePrimaryKey("place", "month")
    place = models.CharField(max_length=12, db_collation="C")
    above = models.CharField(max_length=12, db_collation="C")
    month = MonthField()
    files = models.IntegerField()
    visits = models.IntegerField()
    calls = models.IntegerField()
    stale = models.IntegerField()

    objects = FiguresQuerySet.as_manager()
    row_security = FiguresOfArea()
    is_derived = True

    def __str__(self) -> str:
        return f"FollowCount {self.place} {self.month}"
