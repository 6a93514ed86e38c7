"""Putting work off: to which day, and why."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, Form
from children.models import Cadence, Child
from children.models.due import Item


class PutOffForm(Form):
    until = DateField(label=_("Put off to"))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, child: Child, item: Item, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.today = item, today
        cadence = Cadence.objects.of_child(child, today)
        days = cadence.put_off_days if cadence else 1
        self.latest = max(today, item.was_on) + timedelta(days=days)
        day = date_format(self.latest, "SHORT_DATE_FORMAT")
        self.fields["until"].help_text = gettext("At the latest %(day)s.") % {"day": day}

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= max(self.today, self.item.was_on):
            raise forms.ValidationError(_("Put it off to a day that lies ahead."))
        if until > self.latest:
            raise forms.ValidationError(_("That is too late for this risk."))
        return until
