"""Which period of a table: the months or quarters of two years back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import Form
from assistance.rules.months import last_day, shifted
from distress_registry.models import CountyTable
from distress_registry.models.county_table_figures import Period

YEARS = 2


def period_of(table: CountyTable, month: date, today: date) -> Period:
    """The month, or the quarter that it lies in; one to come is the running one."""
    months = table.plan.months
    first = min(month, today).replace(day=1)
    first = shifted(first, -((first.month - 1) % months))
    last = last_day(shifted(first, months - 1))
    return Period(first, last, min(last, today))


def in_words(table: CountyTable, first: date) -> str:
    if not table.is_quarterly:
        return f"{first:%Y-%m}"
    return _("%(year)s, quarter %(quarter)s") % {
        "year": first.year, "quarter": (first.month + 2) // 3,
    }  # fmt: skip


def periods(table: CountyTable, today: date) -> list[date]:
    """First months, the running one first."""
    months = table.plan.months
    newest = period_of(table, today, today).first
    return [shifted(newest, -step * months) for step in range(12 * YEARS // months)]


class PeriodForm(Form):
    inside = forms.CharField(required=False, widget=forms.HiddenInput)
    month = forms.ChoiceField(label=gettext_lazy("Reporting period"), required=False)

    def __init__(self, *, table: CountyTable, firsts: Sequence[date], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        fields: Any = self.fields
        fields["month"].choices = [(f"{each:%Y-%m}", in_words(table, each)) for each in firsts]
