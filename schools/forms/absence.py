"""The day of an attendance page, and what was ticked on it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, Form
from schools.models import AbsenceKind

OLDEST = timedelta(days=60)  # later corrections are the county's, not a class teacher's


class DayForm(Form):
    day = DateField(label=_("Day"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.today - OLDEST <= day <= self.today:
            raise forms.ValidationError(_("Attendance is noted for the last 60 days."))
        return day


def posted_kinds(posted: QueryDict, children: Iterable[int]) -> dict[int, str]:
    """Child id → kind, of those rows alone that this user changed; "" is present."""
    known = {"", *AbsenceKind.values}
    found = {}
    for child_id in children:
        kind, was = posted.get(f"away_{child_id}"), posted.get(f"was_{child_id}")
        if kind in known and was is not None and kind != was:
            found[child_id] = kind
    return found
