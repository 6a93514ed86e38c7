"""A contact as it is logged on a phone: everything plain is chosen already."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, ModelForm
from children.models import Child, Guardianship
from schools.models import ContactKind, GuardianContact, Means, State


class ContactForm(ModelForm):
    kind = forms.ChoiceField(
        label=_("Kind of contact"), choices=ContactKind, widget=forms.RadioSelect
    )
    means = forms.ChoiceField(label=_("By"), choices=Means, widget=forms.RadioSelect)
    happened_on = DateField(label=_("Day"))
    physical_state = forms.ChoiceField(
        label=_("Health"), required=False, widget=forms.RadioSelect,
        choices=[("", _("not asked")), *State.choices],
    )  # fmt: skip
    mental_state = forms.ChoiceField(
        label=_("Mood"), required=False, widget=forms.RadioSelect,
        choices=[("", _("not asked")), *State.choices],
    )  # fmt: skip
    summary = forms.CharField(
        label=_("What was said, in one sentence"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    agreed = forms.CharField(
        label=_("What was agreed"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    follow_up_on = DateField(label=_("Follow up by"), required=False)

    class Meta:
        model = GuardianContact
        fields = [
            "kind", "means", "is_reached", "guardianship", "summary", "physical_state",
            "mental_state", "happened_on", "minutes", "agreed", "follow_up_on",
        ]  # fmt: skip

    def __init__(self, *args: Any, child: Child, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        cares = Guardianship.objects.filter(child=child).on(today).select_related("guardian")
        field: Any = self.fields["guardianship"]
        field.queryset = cares
        field.label_from_instance = lambda row: (
            f"{row.guardian.name} ({row.get_relation_display()})"
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = data.get("happened_on")
        if day and day > self.today:
            self.add_error("happened_on", _("This day lies in the future."))
        if data.get("is_reached") and not data.get("summary") and "summary" not in self.errors:
            self.add_error("summary", _("Say in one sentence what was said."))
        return data
