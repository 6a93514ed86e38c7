"""Filters of the ledgers, a persuasion, and the two steps of closing."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import DateField, Form, ModelForm
from schools.models import Ledger, LedgerEntry, Outcome, Persuasion, School

from .enrolment import schools_of

STATES = [
    ("", _("not closed")),
    ("overdue", _("overdue")),
    ("ready", _("back to order, to be closed")),
    ("closed", _("struck off")),
]


class LedgerForm(Form):
    ledger = forms.ChoiceField(
        label=_("Ledger"), choices=[("", _("all")), *Ledger.choices], required=False
    )
    state = forms.ChoiceField(label=_("Progress"), choices=STATES, required=False)
    school = forms.ModelChoiceField(
        label=_("School"), queryset=School.objects.none(), required=False, empty_label=_("all")
    )
    mine = forms.BooleanField(label=_("only mine"), required=False)

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        if grant.sees_own_area:
            field.queryset = schools_of(grant)
        else:
            del self.fields["school"]


class PersuasionForm(ModelForm):
    happened_on = DateField(label=_("Day"))
    next_on = DateField(label=_("Next step by"), required=False)
    summary = forms.CharField(
        label=_("What was said"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        model = Persuasion
        fields = [
            "happened_on", "means", "spoken_with", "cause", "outcome", "next_on", "summary",
        ]  # fmt: skip

    def __init__(self, *args: Any, entry: LedgerEntry, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.today = entry, today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = data.get("happened_on")
        if day and day > self.today:
            self.add_error("happened_on", _("This day lies in the future."))
        ended = data.get("outcome") in ("", Outcome.RETURNED)
        if not ended and data.get("outcome") and not data.get("next_on"):
            self.add_error("next_on", _("Say when the next step is taken."))
        return data


class ProposalForm(Form):
    proposal = forms.CharField(
        label=_("What was achieved"), min_length=2, max_length=500,
        help_text=_("E.g. back in class since which day, seen by whom."),
    )  # fmt: skip


class ReturnForm(Form):
    reason = forms.CharField(label=_("Why the line stays open"), min_length=2, max_length=500)
