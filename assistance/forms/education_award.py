"""Filters of the list of awards, a refusal, and the payment of a settlement."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import DateField, Form
from assistance.models import AwardState, Programme
from assistance.models.award_build import by_term
from schools.models import Term

from .entitlement import ProgrammeField
from .recognition import SchoolForm


class TermField(forms.ModelChoiceField):
    """`Term.__str__` names its year and season in the reader's language."""


class AwardFilterForm(SchoolForm):
    term = TermField(
        label=_("Term"), queryset=Term.objects.none(), required=False, empty_label=None
    )
    programme = ProgrammeField(
        label=_("Programme"), queryset=Programme.objects.none(), required=False,
        empty_label=_("all"),
    )  # fmt: skip
    state = forms.ChoiceField(
        label=pgettext_lazy("award", "State"), required=False,
        choices=[("", _("all but ended")), *AwardState.choices],
    )  # fmt: skip

    field_order = ["term", "school"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["term"].queryset = Term.objects.select_related("year")
        fields["programme"].queryset = by_term()


class AwardForm(Form):
    """`move` is the button pressed."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.move == "REFUSE" and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why."))
        return data


class SettlementPaidForm(Form):
    paid_on = DateField(label=_("Paid on"))
    voucher = forms.CharField(label=_("Voucher number"), max_length=100)

    def clean_paid_on(self) -> Any:
        day = self.cleaned_data["paid_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day
