"""Figures of practice that are published by a document and in force from a day on."""

from datetime import date
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open

from .compiled import compiled


def figure(label: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(1)])


class DatedTerm(models.Model):
    """One row of figures at a time: the newest that has begun."""

    starts_on = models.DateField(
        _("in force from"), unique=True,
        error_messages={"unique": _("There are figures from that day already.")},
    )  # fmt: skip
    document = models.CharField(_("document number"), max_length=200, blank=True)

    row_security = Open("published rules of practice")

    class Meta:
        abstract = True
        ordering = ["-starts_on"]

    def __str__(self) -> str:
        return f"Term {self.starts_on}"

    @classmethod
    def begun(cls, day: date) -> models.QuerySet[Self]:
        """Rows begun by `day`, that in force first."""
        return cls._default_manager.filter(starts_on__lte=day).order_by("-starts_on")

    @classmethod
    def in_force(cls, day: date) -> Self | None:
        row: Self | None = _in_force.first(None, cls, day=day)
        return row


@compiled()
def _in_force(term: type[DatedTerm], day: Any) -> models.QuerySet:
    return term.begun(day)[:1]
