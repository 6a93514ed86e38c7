"""An application for the freshman subsidy, its decision, and the proof of arrival."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, Form, ModelForm
from assistance.models import FreshmanSubsidy
from assistance.rules.freshman import Move
from children.actions.document import MOST_BYTES

PAPER = _("JPEG, PNG or PDF; 10 MB at most.")


class PaperField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> Any:
        paper = super().clean(data, initial)
        if paper and paper.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return paper


class FreshmanForm(ModelForm):
    admitted_on = DateField(label=_("Day of the admission notice"))
    registers_on = DateField(label=_("Day of registration"))
    paper = PaperField(label=_("Admission notice"), help_text=PAPER)

    class Meta:
        model = FreshmanSubsidy
        fields = ["college", "level", "admitted_on", "registers_on"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, then = data.get("admitted_on"), data.get("registers_on")
        if first and first > timezone.localdate():
            self.add_error("admitted_on", _("This day is still to come."))
        if first and then and then < first:
            self.add_error("registers_on", _("Registration lies before the admission notice."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class FreshmanMoveForm(Form):
    """`move` is the button pressed."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needs = self.move in (Move.REFUSE, Move.RECOVER)
        if needs and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why."))
        return data


class ArrivalForm(Form):
    arrived_on = DateField(label=_("Arrived on"))
    paper = PaperField(label=_("Proof of arrival"), help_text=PAPER)

    def clean_arrived_on(self) -> Any:
        day = self.cleaned_data["arrived_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day
