"""Filters of the list of coming changes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import Form
from assistance.models import ComingCause, GapWho, Programme
from assistance.models.coming_list import ComingFilters
from assistance.models.gap_list import places_below
from assistance.rules.coming_change import months_ahead
from assistance.rules.months import month_of, shifted

from .entitlement import ProgrammeField, paid_programmes


class ComingFilterForm(Form):
    month = forms.ChoiceField(label=_("From the month"), required=False)
    area = forms.ChoiceField(label=_("Place"), required=False)
    programme = ProgrammeField(
        label=_("Programme"), queryset=Programme.objects.none(), required=False,
        empty_label=_("all"),
    )  # fmt: skip
    cause = forms.ChoiceField(
        label=_("Cause"), required=False, choices=[("", _("all")), *ComingCause.choices]
    )
    who = forms.ChoiceField(
        label=_("Who acts"), required=False, choices=[("", _("all")), *GapWho.choices]
    )

    def __init__(self, *args: Any, grant: Grant, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["programme"].queryset = paid_programmes()
        months = [shifted(month_of(today), n + 1) for n in range(months_ahead(today))]
        self.months = {f"{month:%Y-%m}": month for month in months}
        fields["month"].choices = [("", _("all")), *((text, text) for text in self.months)]
        places = places_below(grant)
        fields["area"].choices = [("", _("all")), *places]
        if not places:
            del fields["area"]

    def filters(self) -> ComingFilters:
        self.is_valid()
        data = self.cleaned_data
        programme = data.get("programme")
        return ComingFilters(
            area=data.get("area") or "", programme=programme.pk if programme else None,
            cause=data.get("cause") or "", month=self.months.get(data.get("month") or ""),
            who=data.get("who") or "",
        )  # fmt: skip
