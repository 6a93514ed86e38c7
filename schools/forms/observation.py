"""The checklist on a phone: one tap a question, nothing chosen beforehand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import ChoiceButtons, Form
from schools.models import ChecklistItem, Level


class ObservationForm(Form):
    """A field for each question, by its code; `checklist` is the version it was opened with."""

    checklist = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: Sequence[ChecklistItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[self._name(item)] = forms.TypedChoiceField(
                label=item.label, help_text=item.hint, choices=Level.choices, coerce=int,
                widget=ChoiceButtons, error_messages={"required": _("Choose one answer.")},
            )  # fmt: skip
        self.fields["remark"] = forms.CharField(
            label=_("What stood out, if anything"), required=False, max_length=2_000,
            widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        )  # fmt: skip

    @staticmethod
    def _name(item: ChecklistItem) -> str:
        return f"sign_{item.position}"

    @property
    def questions(self) -> list[Any]:
        return [self[self._name(item)] for item in self.items]

    @property
    def levels(self) -> list[int]:
        return [self.cleaned_data[self._name(item)] for item in self.items]
