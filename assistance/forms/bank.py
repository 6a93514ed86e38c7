"""Choosing the file for the bank, reading its answer in, and putting a failure right."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import DateField, Form
from assistance.models.bank import layouts
from assistance.rules.recovery_waiver import Move


class SendForm(Form):
    layout = forms.ChoiceField(label=_("Layout of the file"))
    reason = forms.CharField(label=_("What is the file for?"), min_length=2, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["layout"]
        self.layouts = layouts()
        field.choices = [(code, layout.name) for code, layout in self.layouts.items()]


class AnswerForm(Form):
    file = forms.FileField(
        label=_("Answer of the bank"), help_text=_("Spreadsheet or text; 80 MB at most."),
        allow_empty_file=True,
    )  # fmt: skip


class RetryForm(Form):
    reason = forms.CharField(
        label=_("Or pay to the same account again. What was done?"), min_length=2, max_length=500
    )


class RecoveryForm(Form):
    recovered_on = DateField(label=_("Came back on"))
    reason = forms.CharField(label=_("How it came"), min_length=2, max_length=500)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_recovered_on(self) -> date:
        day: date = self.cleaned_data["recovered_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class WaiverForm(Form):
    reason = forms.CharField(
        label=_("Why it is not to be asked for any more"), min_length=2, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class WaiverDecisionForm(Form):
    """`move` is the button; a refusal has its reason."""

    reason = forms.CharField(
        label=pgettext_lazy("waiver", "Why not"), max_length=500, required=False
    )

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.move == Move.REFUSE and not data.get("reason"):
            self.add_error("reason", _("Say why."))
        return data
