"""An entitlement as it is proposed, its steps, a new amount, and the filters of the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import Form
from assistance.models import Entitlement, EntitlementState, Programme
from assistance.rules.entitlement import Move
from children.models import ExitReason

from .fields import MoneyField, MonthFormField


def paid_programmes() -> Any:
    """Those of which somebody can be entitled."""
    return Programme.objects.filter(is_active=True, is_reference=False)


class ProgrammeField(forms.ModelChoiceField):
    def label_from_instance(self, row: Programme) -> str:
        return row.label


class EntitlementForm(Form):
    programme = ProgrammeField(
        label=_("Programme"), queryset=Programme.objects.none(), empty_label="—"
    )
    from_month = MonthFormField(label=_("First month"))
    to_month = MonthFormField(
        label=_("Last month"), required=False, help_text=_("Left empty: until it is ended.")
    )
    amount = MoneyField(label=_("Amount in yuan"), help_text=_("For one payment."))
    document = forms.CharField(
        label=_("Document that the amount rests on"), max_length=200, required=False
    )
    grounds = forms.CharField(
        label=_("Grounds"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("E.g. application of which day, decision of which office."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["programme"]
        field.queryset = paid_programmes()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("from_month"), data.get("to_month")
        if first and last and last < first:
            self.add_error("to_month", _("The last month lies before the first."))
        return data


class RateForm(Form):
    from_month = MonthFormField(label=_("From the month"))
    amount = MoneyField(label=_("Amount in yuan"))
    document = forms.CharField(label=_("Document number"), max_length=200)
    reason = forms.CharField(
        label=_("Reason"), min_length=2, max_length=500,
        help_text=_("Another person approves the run that pays it."),
    )  # fmt: skip

    def __init__(self, *args: Any, entitlement: Entitlement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entitlement = entitlement

    def clean_from_month(self) -> Any:
        month = self.cleaned_data["from_month"]
        if month < self.entitlement.from_month:
            raise forms.ValidationError(_("This month lies before the first."))
        return month


class MoveForm(Form):
    """`move` is the button; an end has its reason and last month, every other step but a
    confirmation its reason in words.
    """

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    end_reason = forms.ChoiceField(
        label=_("Reason of the end"), choices=[("", "—"), *ExitReason.choices], required=False
    )
    to_month = MonthFormField(label=_("Last month that is paid"), required=False)

    def __init__(self, *args: Any, entitlement: Entitlement, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entitlement, self.move = entitlement, move

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.move == Move.END:
            self._clean_end(data)
        elif self.move and self.move != Move.CONFIRM and not data.get("reason"):
            self.add_error("reason", _("Say why."))
        return data

    def _clean_end(self, data: dict[str, Any]) -> None:
        if not data.get("end_reason"):
            self.add_error("end_reason", _("Say why."))
        last = data.get("to_month")
        if not last and "to_month" not in self.errors:
            self.add_error("to_month", _("Which month is the last that is paid?"))
        elif last and last < self.entitlement.from_month:
            self.add_error("to_month", _(
                "The last month lies before the first. If nothing of it was owed, cancel it."
            ))  # fmt: skip
        elif last and self.entitlement.to_month and last > self.entitlement.to_month:
            self.add_error("to_month", _(
                "It was confirmed to %(month)s only. Propose the months after it as a new one."
            ) % {"month": f"{self.entitlement.to_month:%Y-%m}"})  # fmt: skip


class EntitlementFilterForm(Form):
    state = forms.ChoiceField(
        label=pgettext_lazy("entitlement", "State"), required=False,
        choices=[("", _("all")), *EntitlementState.choices],
    )  # fmt: skip
    programme = ProgrammeField(
        label=_("Programme"), queryset=Programme.objects.none(), required=False,
        empty_label=_("all"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["programme"]
        field.queryset = paid_programmes()
