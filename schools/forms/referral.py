from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import ChoiceButtons, DateField, Form
from accounts.models import Posting
from schools.forms.fields import PostingField
from schools.models import ReferralOutcome, SessionKind
from schools.rules.referral import MOVES


class ReferForm(Form):
    remark = forms.CharField(
        label=_("What worries you"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReferralMoveForm(Form):
    """`move` is the button pressed; which it may be, the state says."""

    move = forms.ChoiceField(choices=[(name, name) for name in MOVES], widget=forms.HiddenInput)
    lead = PostingField(
        label=_("Lead who also reads the notes"), required=False, queryset=Posting.objects.none()
    )
    counsellor = PostingField(
        label=_("Counsellor"), required=False, queryset=Posting.objects.none()
    )
    text = forms.CharField(
        label=_("Plan, outcome or reason"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", "—"), *ReferralOutcome.choices]
    )

    def __init__(self, *args: Any, leads: Any, counsellors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("lead", leads), ("counsellor", counsellors)):
            field: Any = self.fields[name]
            field.queryset = rows
        self.fields["lead"].empty_label = None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        move = data.get("move")
        if move == "TAKE" and not data.get("lead") and "lead" not in self.errors:
            self.add_error("lead", _("Choose the lead who also reads the notes."))
        if move == "ASSIGN" and not data.get("counsellor") and "counsellor" not in self.errors:
            self.add_error("counsellor", _("Choose the counsellor."))
        needs_text = move in MOVES and MOVES[move].needs_text
        if needs_text and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write the plan, the outcome or the reason."))
        if move == "REOPEN" and len(data.get("text", "")) > 500:
            self.add_error("text", _("At most 500 characters."))
        if move == "CLOSE" and not data.get("outcome") and "outcome" not in self.errors:
            self.add_error("outcome", _("Choose the outcome."))
        return data


class SessionForm(Form):
    """That it took place, and the note that only two people read."""

    kind = forms.ChoiceField(
        label=_("Kind of session"), choices=SessionKind, widget=ChoiceButtons, initial="CHILD"
    )
    held_on = DateField(label=_("Day"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440, initial=40)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Read by you and the named lead alone; kept encrypted."),
    )  # fmt: skip
    is_secret = forms.BooleanField(
        label=_("Secret: others do not learn that the session took place"), required=False
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class NoteForm(Form):
    text = forms.CharField(
        label=_("Note"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Read by you and the named lead alone; kept encrypted."),
    )  # fmt: skip
