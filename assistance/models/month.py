"""Months in the database: the first day stands for the whole; promises about them."""

from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Func, Q, Value
from django.utils.translation import gettext_lazy as _


class MonthField(models.DateField):
    """The first day of the month; write `is_a_month` beside it."""


def is_a_month(name: str, *fields: str) -> models.CheckConstraint:
    condition = Q()
    for field in fields:
        condition &= Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__day": 1})
    return models.CheckConstraint(
        name=name, condition=condition,
        violation_error_message=_("A month is written by its first day."),
    )  # fmt: skip


class Months(Func):
    """A daterange over `from_month`–`to_month`, both included; for exclusion constraints."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("from_month", "to_month", Value("[]"))
