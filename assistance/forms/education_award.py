"""Filters of the list of awards, a refusal, and the payment of a settlement."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import DateField, Form
from assistance.models import (
    AwardState,
    EducationSettlement,
    Programme,
    SettlementMoney,
)
from assistance.models.award_build import by_term
from assistance.rules.settlement import Money
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


class SettlementBackForm(Form):
    """`settlement` tells whether something was paid, and when."""

    reason = forms.CharField(
        label=_("What is wrong with it"), min_length=2, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    back_money = forms.ChoiceField(
        label=_("What became of the money"), choices=SettlementMoney, widget=forms.RadioSelect
    )
    back_on = DateField(label=_("Came back on"), required=False)
    back_receipt = forms.CharField(label=_("Number of its receipt"), max_length=100, required=False)

    def __init__(self, *args: Any, settlement: EducationSettlement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paid_on = settlement.paid_on
        if not settlement.is_paid:
            for name in ("back_money", "back_on", "back_receipt"):
                del self.fields[name]

    def clean_back_on(self) -> Any:
        day = self.cleaned_data.get("back_on")
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        if day and self.paid_on and day < self.paid_on:
            raise forms.ValidationError(_("It was paid later than that."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("back_money") == Money.CAME_BACK:
            for name in ("back_on", "back_receipt"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed where the money came back."))
        elif data.get("back_money") == Money.NEVER_PAID:
            data["back_on"], data["back_receipt"] = None, ""
        return data

    @property
    def money(self) -> dict[str, Any]:
        """Empty where nothing was paid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class SettlementKeptForm(AwardForm):
    reason = forms.CharField(label=_("Why it stays"), max_length=500, required=False)
