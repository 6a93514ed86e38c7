"""What every rule of assistance carries: where and in which months it is in force, and on what."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from assistance.rules.reading import AREA


class Months(Func):
    """A daterange over `from_month`–`to_month`, the last month included."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self) -> None:
        super().__init__("from_month", "to_month", Value("[]"))


class DatedQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(is_withdrawn=False)

    def in_force(self, month: date) -> Self:
        """Standing, and in force in the month that begins on `month`."""
        return self.standing().filter(
            Q(from_month__isnull=True) | Q(from_month__lte=month),
            Q(to_month__isnull=True) | Q(to_month__gte=month),
        )


class Dated(models.Model):
    """Rows are withdrawn, never deleted: what was paid rests on them."""

    area = models.CharField(
        _("area"), max_length=12, blank=True, db_collation="C",
        validators=[RegexValidator(f"^{AREA}$", _("A code has 2, 4, 6, 9 or 12 digits."))],
        help_text=_("Code of the area in which it holds, with all inside it; empty: everywhere."),
    )  # fmt: skip
    from_month = models.DateField(_("in force from"), null=True, blank=True)
    to_month = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last month included.")
    )
    document = models.CharField(_("document number"), max_length=200, blank=True)
    document_date = models.DateField(_("date of the document"), null=True, blank=True)
    is_example = models.BooleanField(
        _("example"), default=False, help_text=_("Found elsewhere; not the law of this county.")
    )
    is_withdrawn = models.BooleanField(
        _("withdrawn"), default=False, help_text=_("Kept for what rested on it, asked no more.")
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Months begin on their first day, whichever was typed."""
        for name in ("from_month", "to_month"):
            if (day := getattr(self, name)) is not None:
                setattr(self, name, day.replace(day=1))
        if self.from_month and self.to_month and self.to_month < self.from_month:
            raise ValidationError({"to_month": _("The last month is before the first.")})

    def scope_json(self) -> dict[str, Any]:
        """As docs/rules.md writes it; what is not given is left out."""
        return given(
            {
                "area": self.area,
                "from": month_text(self.from_month),
                "to": month_text(self.to_month),
                "document": self.document,
                "document_date": self.document_date and self.document_date.isoformat(),
                "example": self.is_example,
            }
        )


def given(values: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing: None, false, an empty text or list."""
    return {key: one for key, one in values.items() if one not in (None, "", [], {}, False)}


def month_text(month: date | None) -> str | None:
    return f"{month:%Y-%m}" if month else None


def dated_constraints(noun: str) -> list[Any]:
    """The promises of `Dated`; `noun` begins their names."""
    return [
        models.CheckConstraint(
            name=f"{noun}_area_well_formed",
            condition=Q(area="") | Q(area__regex=f"^{AREA}$"),
            violation_error_message=_("A code has 2, 4, 6, 9 or 12 digits."),
        ),
        models.CheckConstraint(
            name=f"{noun}_months_begin_on_the_first",
            condition=(Q(from_month__isnull=True) | Q(from_month__day=1))
            & (Q(to_month__isnull=True) | Q(to_month__day=1)),
            violation_error_message=_("A month begins on its first day."),
        ),
        models.CheckConstraint(
            name=f"{noun}_ends_after_it_starts",
            condition=Q(from_month__isnull=True)
            | Q(to_month__isnull=True)
            | Q(to_month__gte=F("from_month")),
            violation_error_message=_("The last month is before the first."),
        ),
    ]
