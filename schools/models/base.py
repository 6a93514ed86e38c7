"""Periods of the school's half: from a day up to, but not with, another."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from children.models.base import OfChildQuerySet


class HalfOpenPeriod(Func):
    """A daterange over `starts_on`–`ends_on` without the last day, on which another takes over."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self) -> None:
        super().__init__("starts_on", "ends_on", Value("[)"))


class HalfOpenQuerySet(OfChildQuerySet):
    def on(self, day: date) -> Self:
        """Rows that hold on `day`; on its `ends_on` a row holds no more."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


def ends_no_earlier(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
        violation_error_message=_("The last day is before the first."),
    )
