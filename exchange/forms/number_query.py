"""A batch of numbers as it is asked for, and why one is closed without its answers."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import Form
from exchange.models.number_query import ASKED_KINDS


class AskNumbersForm(Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("numbers", "asked about"),
        choices=[(kind.value, kind.label) for kind in ASKED_KINDS],
    )
    purpose = forms.CharField(label=_("purpose"), min_length=2, max_length=200)


class CloseQueryForm(Form):
    reason = forms.CharField(
        label=_("Why no more answers are awaited"), min_length=2, max_length=200
    )
