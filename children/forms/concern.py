"""The short form behind the red button: two answers are enough, the rest may follow."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import CheckButtons, ChoiceButtons, DateField, Form
from children.models import Child, ConcernCase, ConcernOutcome, Guardianship, SafeNow, ToldBy

A_YEAR = timedelta(days=366)


class MomentField(forms.DateTimeField):
    """A day with its time, by the browser's own picker; neither to come nor long ago."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("Write it as 2015-03-07 14:30.")}


class GuardianshipField(forms.ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        return row.named  # type: ignore[no-any-return]


class _PoliceMixin:
    def check_call(self: Any, data: dict[str, Any], now: datetime) -> None:
        called = data.get("police_called_at")
        if called and called > now:
            self.add_error("police_called_at", _("This moment lies in the future."))
        elif called and called < now - A_YEAR:
            self.add_error("police_called_at", _("This was more than a year ago: check the year."))


class ConcernForm(_PoliceMixin, Form):
    cases = forms.MultipleChoiceField(
        label=_("What is it?"), choices=ConcernCase, widget=CheckButtons,
        error_messages={"required": _("Choose at least one of the nine cases.")},
    )  # fmt: skip
    is_safe = forms.ChoiceField(
        label=_("Is the child safe now?"), choices=SafeNow, widget=ChoiceButtons
    )
    police_called_at = MomentField(label=_("Reported to the police at"), required=False)
    police_receipt = forms.CharField(
        label=_("Number of the police receipt"), max_length=60, required=False,
        help_text=_("Can be added later."),
    )  # fmt: skip
    happened_on = DateField(label=_("When did it happen or was it noticed?"), required=False)
    told_by = forms.ChoiceField(
        label=_("Where does the report come from?"), choices=[("", "—"), *ToldBy.choices],
        required=False,
    )  # fmt: skip
    seen_by = forms.CharField(label=_("Who saw it?"), max_length=200, required=False)
    account = forms.CharField(
        label=pgettext_lazy("harm", "What happened"), max_length=5_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    injuries = forms.CharField(
        label=_("Injuries"), max_length=2_000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    guardianship = GuardianshipField(
        label=_("Does it concern a guardian?"), queryset=Guardianship.objects.none(),
        required=False, help_text=_("This person gets no notices from now on."),
    )  # fmt: skip

    def __init__(self, *args: Any, child: Child, today: date, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.now = today, now
        field: Any = self.fields["guardianship"]
        field.queryset = Guardianship.objects.filter(child=child).select_related("guardian")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = data.get("happened_on")
        if day and day > self.today:
            self.add_error("happened_on", _("This day lies in the future."))
        self.check_call(data, self.now)
        return data


class PoliceForm(_PoliceMixin, Form):
    police_called_at = MomentField(label=_("Reported to the police at"))
    police_receipt = forms.CharField(
        label=_("Number of the police receipt"), max_length=60, required=False
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.check_call(data, self.now)
        return data


class ConcernStepForm(Form):
    """`step` is the button pressed; which it may be, the state says."""

    step = forms.ChoiceField(
        choices=[(name, name) for name in ("ACKNOWLEDGE", "NOTE", "CLOSE", "REOPEN")],
        widget=forms.HiddenInput,
    )
    text = forms.CharField(
        label=_("What was done or found"), max_length=2_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", "—"), *ConcernOutcome.choices]
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        step = data.get("step")
        if step and step != "ACKNOWLEDGE" and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what was done or found."))
        if step == "CLOSE" and not data.get("outcome") and "outcome" not in self.errors:
            self.add_error("outcome", _("Choose the outcome."))
        return data
