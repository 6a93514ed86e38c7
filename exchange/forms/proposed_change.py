"""Which proposed changes are listed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import Form
from exchange.models import ProposedField


class ChangeFilterForm(Form):
    field = forms.ChoiceField(
        label=_("fact"), required=False, choices=[("", _("all")), *ProposedField.choices]
    )
    inside = forms.ChoiceField(label=pgettext_lazy("filter", "place"), required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["inside"]
        field.choices = [("", _("all")), *places]
