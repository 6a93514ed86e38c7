"""From finding a child to the first visit at its home: the days, child by child, and the counts."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F

from accounts.guard.policies import OfChild
from assistance.models.month import MonthField
from children.models.base import OfChildQuerySet

from .picture import LEVELS, FiguresOfArea, FiguresQuerySet


class FirstVisitQuerySet(OfChildQuerySet):
    def answered_for(self, code: str) -> Self:
        column = LEVELS.get(len(code))
        return self.filter(**{column: code}) if column else self.none()

    def opened_in(self, month: date) -> Self:
        return self.filter(month=month)

    def in_time(self) -> Self:
        return self.filter(visited_on__lte=F("limit_on"))

    def late(self) -> Self:
        return self.filter(visited_on__gt=F("limit_on"))

    def not_yet(self) -> Self:
        return self.filter(visited_on=None)


class FirstVisit(models.Model):
    """`month` is that of `opened_on`; `limit_on` the last day in time, by the cadence."""

    child = models.OneToOneField(
        "children.Child", primary_key=True, on_delete=models.CASCADE, related_name="+",
        db_constraint=False,
    )  # fmt: skip
    county_code = models.CharField(max_length=6, db_collation="C")
    township_code = models.CharField(max_length=9, db_collation="C")
    village_code = models.CharField(max_length=12, db_collation="C")
    month = MonthField()
    opened_on = models.DateField()
    limit_on = models.DateField()
    visited_on = models.DateField(null=True)

    objects = FirstVisitQuerySet.as_manager()
    row_security = OfChild()
    is_derived = True

    class Meta:
        indexes = [
            models.Index(fields=["county_code", "month", "child"], name="first_visit_of_county"),
            models.Index(fields=["township_code", "month", "child"], name="first_visit_of_town"),
            models.Index(fields=["village_code", "month", "child"], name="first_visit_of_village"),
        ]

    def __str__(self) -> str:
        return f"FirstVisit {self.pk}"


class FirstVisitCount(models.Model):
    """Files opened in `month`; `days` are those of all visits made, in time and late."""

    pk: Any = models.CompositePrimaryKey("place", "month")
    place = models.CharField(max_length=12, db_collation="C")
    above = models.CharField(max_length=12, db_collation="C")
    month = MonthField()
    opened = models.IntegerField()
    in_time = models.IntegerField()
    late = models.IntegerField()
    days = models.BigIntegerField()

    objects = FiguresQuerySet.as_manager()
    row_security = FiguresOfArea()
    is_derived = True

    class Meta:
        indexes = [models.Index(fields=["above", "month"], name="first_visit_count_above")]

    def __str__(self) -> str:
        return f"FirstVisitCount {self.place} {self.month}"

    @property
    def not_yet(self) -> int:
        return self.opened - self.in_time - self.late

    @property
    def mean_days(self) -> int | None:
        """Rounded up: a mean of half a day more is a day more."""
        visited = self.in_time + self.late
        return -(-self.days // visited) if visited else None
