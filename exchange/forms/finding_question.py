"""What is asked of a department, and what it answers."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import ChoiceButtons, DateField, Form
from accounts.models import Organisation
from exchange.models import SharingFigure, Verdict

ASKED_AT_FIRST = _("Please look into your books whether this is so, and tell us what they say.")


def _words(**options: Any) -> forms.CharField:
    return forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), **options
    )  # fmt: skip


class AskDepartmentForm(Form):
    """`departments` may be asked; the one that the check belongs to stands first."""

    asked_of = forms.ModelChoiceField(
        label=_("Department"), queryset=Organisation.objects.none(), empty_label=None
    )
    text = _words(label=_("In words"), min_length=2, help_text=_("The department reads this."))
    due_on = DateField(label=_("Answer expected by"))

    def __init__(
        self, *args: Any, departments: Any, department: str, today: date, **kwargs: Any
    ) -> None:
        first = next((row for row in departments if row.department == department), None)
        days = SharingFigure.objects.in_force(today)["QUESTION_DAYS"]
        initial = {
            "asked_of": first, "due_on": today + timedelta(days=days),
            "text": ASKED_AT_FIRST,
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        field: Any = self.fields["asked_of"]
        field.queryset = departments
        self.today = today

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day lies in the past."))
        return day


class AnswerForm(Form):
    verdict = forms.ChoiceField(
        label=_("What your books say"),
        choices=Verdict.choices,
        widget=ChoiceButtons,
        error_messages={"required": _("Choose one answer.")},
    )
    answer = _words(
        label=_("In words"), required=False,
        help_text=_("Needed unless it is as found: what is wrong, or why you cannot tell."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_plain = data.get("verdict", "") in ("", Verdict.AS_FOUND)
        if not is_plain and len(data.get("answer", "").strip()) < 2 and "answer" not in self.errors:
            self.add_error("answer", _("Say it in a few words."))
        return data
