"""Filters of the record of sharing: in or out, which list, which days."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, Form
from exchange.models import SharingDirection

Groups = list[tuple[str, dict[tuple[str, str], str]]]


class SharingFilterForm(Form):
    direction = forms.ChoiceField(
        label=_("direction"), required=False, choices=[("", _("all")), *SharingDirection.choices]
    )
    kind = forms.ChoiceField(label=_("Kind of list"), required=False)
    department = forms.CharField(label=_("department"), required=False, max_length=100)
    first = DateField(label=_("From the day"), required=False)
    last = DateField(label=_("Until the day"), required=False)

    def __init__(self, *args: Any, groups: Groups, **kwargs: Any) -> None:
        """`groups` as `sharing_kinds.grouped` gives them."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [("", _("all"))] + [
            (label, [(f"{way}.{kind}", title) for (way, kind), title in titles.items()])
            for label, titles in groups
        ]

    def filtered(self, rows: Any) -> Any:
        """`rows` as far as the filters are valid; an error filters nothing."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("direction"):
            rows = rows.filter(direction=data["direction"])
        if data.get("kind"):
            direction, _dot, kind = data["kind"].partition(".")
            rows = rows.filter(direction=direction, kind=kind)
        if data.get("department"):
            rows = rows.filter(department__icontains=data["department"])
        if data.get("first"):
            rows = rows.filter(at__gte=_midnight(data["first"]))
        if data.get("last"):
            rows = rows.filter(at__date__lte=data["last"])
        return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
