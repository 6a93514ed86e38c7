"""A file handed over to another place, and the answer of that place."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import AreaField, DateField, Form
from accounts.models import Area, Posting
from accounts.roles import Role
from children.models import Child, Transfer

from .fields import AddressField

ANSWERING = (Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER)


class TransferForm(Form):
    to_area = AreaField(
        label=_("Handed over to"),
        help_text=_("The village or township where the child lives now, in whatever county."),
    )  # fmt: skip
    moved_on = DateField(label=_("Moved on"))
    reason = forms.CharField(label=_("Reason"), max_length=500)
    summary = forms.CharField(
        label=_("What is open"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Put together from the file. Add what the new place must know."),
    )  # fmt: skip

    def __init__(self, *args: Any, child: Child, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child, self.today = child, today

    def clean_moved_on(self) -> date:
        day: date = self.cleaned_data["moved_on"]
        if day < self.child.birth_date:
            raise forms.ValidationError(_("This day is before the birth."))
        return day

    def clean_to_area(self) -> Area:
        place: Area = self.cleaned_data["to_area"]
        if place.level < 9:
            raise forms.ValidationError(_("Choose a village or a township."))
        if self.child.managing_area_id.startswith(place.code):
            raise forms.ValidationError(_("This place keeps the file already."))
        above = [place.code[:digits] for digits in (6, 9, 12)]
        held = Posting.objects.held_on(self.today).filter(area__in=above, role__in=ANSWERING)
        if not held.exists():
            raise forms.ValidationError(
                _("Nobody there works with this registry: print the handover sheet instead.")
            )
        return place


class TransferAnswerForm(Form):
    """`step` is the button: ACKNOWLEDGE asks for the village, REFUSE for the reason."""

    village = AreaField(
        label=_("Village that keeps the file from now on"), level=12, required=False
    )
    address = AddressField(label=_("House number or hamlet"), max_length=200, required=False)
    answer = forms.CharField(label=_("Reason of a refusal"), max_length=500, required=False)
    step = forms.ChoiceField(
        choices=[(step, step) for step in ("ACKNOWLEDGE", "REFUSE", "WITHDRAW")],
        widget=forms.HiddenInput,
    )  # fmt: skip

    def __init__(self, *args: Any, row: Transfer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        village: Any = self.fields["village"]
        village.limit(row.to_area_id)
        self.row = row

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("step") == "ACKNOWLEDGE" and not data.get("village") and not self.errors:
            self.add_error("village", _("Choose a village or community."))
        if data.get("step") != "ACKNOWLEDGE":
            self.errors.pop("village", None)  # what stands there is not asked for
        if data.get("step") == "REFUSE" and not (data.get("answer") or "").strip():
            self.add_error("answer", _("Say why it is refused."))
        return data
