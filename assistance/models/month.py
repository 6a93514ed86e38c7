"""Months in the database: the first day stands for the whole; promises about them."""

from django.db import models
from django.db.models import Q
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
