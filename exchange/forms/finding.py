"""Filters of the findings, and the step that is taken."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import DateField, Form
from accounts.models import Posting
from exchange.models import Check, Department, Finding, FindingState

STATES = [
    ("", pgettext_lazy("finding", "open")),
    ("overdue", _("overdue")),
    ("answered", pgettext_lazy("finding", "answered by a department")),
    ("late", pgettext_lazy("finding", "a department's answer is late")),
    *FindingState.choices,
    ("done", _("closed or dismissed")),
]


class FindingFilterForm(Form):
    state = forms.ChoiceField(
        label=pgettext_lazy("finding", "State"), choices=STATES, required=False
    )
    check = forms.ChoiceField(label=_("Check"), required=False)
    department = forms.ChoiceField(
        label=_("Department"), choices=[("", _("all")), *Department.choices], required=False
    )
    mine = forms.BooleanField(label=_("only mine"), required=False)

    def __init__(self, *args: Any, checks: list[Check], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["check"]
        field.choices = [("", _("all")), *((c.code, f"{c.code} {c.title}") for c in checks)]


class OwnerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Posting) -> str:  # type: ignore[override]
        return f"{obj.user.full_name} · {obj}"


class FindingStepForm(Form):
    """`move` is the button; each asks only for what is its own."""

    owner = OwnerField(
        label=_("Who looks into it"), queryset=Posting.objects.none(), required=False,
        empty_label="—",
    )  # fmt: skip
    visited_on = DateField(label=_("Day of the visit"), required=False)
    text = forms.CharField(
        label=_("In words"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, finding: Finding, move: str, owners: Any, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = owners
        self.finding, self.move, self.today = finding, move, today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.move == "ASSIGN":
            if not data.get("owner") and "owner" not in self.errors:
                self.add_error("owner", _("Say who looks into it."))
        elif len(data.get("text", "").strip()) < 2 and "text" not in self.errors:
            self.add_error("text", _("Say it in a few words."))
        if self.move == "VISIT" and "visited_on" not in self.errors:
            self._clean_visit(data.get("visited_on"))
        return data

    def _clean_visit(self, day: date | None) -> None:
        if day is None:
            self.add_error("visited_on", _("On which day?"))
        elif day > self.today:
            self.add_error("visited_on", _("This day lies in the future."))
        elif day < self.finding.found_on:
            self.add_error("visited_on", _("This day lies before the finding."))
