"""Which month, which quarter, which school."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import Form
from schools.models import School
from schools.models.ledger_report import Span


class MonthField(forms.CharField):
    """As browsers send it: 2026-11; cleans to (year, month)."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"})
    pattern = r"(\d{4})-(\d{1,2})"
    most = 12

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        found = re.fullmatch(self.pattern, text or "")
        if not text:
            return None
        year, number = (int(part) for part in found.groups()) if found else (0, 0)
        if not (2000 <= year <= 2100 and 1 <= number <= self.most):
            raise forms.ValidationError(_("There is no such period."))
        return year, number


class QuarterField(MonthField):
    """2026-4; cleans to (year, quarter)."""

    widget = forms.TextInput(attrs={"placeholder": "2026-4"})
    most = 4


class MonthForm(Form):
    month = MonthField(label=_("Month"), required=False)
    school = forms.ModelChoiceField(
        label=_("School"), queryset=School.objects.none(), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = schools
        if schools is None:
            del self.fields["school"]


class QuarterForm(Form):
    quarter = QuarterField(label=_("Quarter, such as 2026-4"), required=False)


def span_of(year: int, first_month: int, months: int, today: date) -> Span:
    """Of whole months; a running one ends today, one to come has not begun: `until` is today."""
    first = date(year, first_month, 1)
    after = first_month + months
    last = date(year + after // 13, after - 12 if after > 12 else after, 1) - timedelta(days=1)
    return Span(first, last, min(last, max(today, first)))
