"""Months as they are typed, and money."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class MonthFormField(forms.Field):
    """A month, by the browser's own picker; also 202603, 2026.3, 2026年3月. Its first day.

    A browser without such a picker shows a line of text.
    """

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
    default_error_messages = {"invalid": _("There is no such month. Write it as 2026-03.")}

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value.replace(day=1)
        text = unicodedata.normalize("NFKC", value or "").strip()
        if not text:
            return None
        parts = re.fullmatch(r"(\d{4})(\d{2})", text) or re.fullmatch(
            r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?", text
        )
        year, month = (int(part) for part in parts.groups()) if parts else (0, 0)
        if not 1990 <= year <= 2200 or not 1 <= month <= 12:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return date(year, month, 1)


class MoneyField(forms.DecimalField):
    """Yuan, above zero by default; at most 9,999,999.99."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "max_digits": 9, "decimal_places": 2, "min_value": Decimal("0.01"),
            "widget": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        }  # fmt: skip
        super().__init__(**defaults | kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(r"[,\s¥元]", "", unicodedata.normalize("NFKC", value))
        return super().to_python(value)
