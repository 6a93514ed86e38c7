"""Putting a child on a roll, and taking off."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import DateField, Form, ModelForm
from children.rules import masking
from schools.models import EndReason, Enrolment, School

from .fields import RollNumberField

LEAVING = [choice for choice in EndReason.choices if choice[0] != EndReason.MOVED_UP]


def schools_of(grant: Grant) -> Any:
    """The schools of the grant's county."""
    county = grant.home_area_code[:6]
    rows = School.objects.filter(
        organisation__is_active=True, organisation__area__code__startswith=county
    )
    return rows.select_related("organisation").order_by("organisation__name")


class EnrolmentForm(ModelForm):
    starts_on = DateField(label=_("First day"))
    roll_number = RollNumberField(
        label=_("Roll number"), help_text=_("G and the ID number; J or L for a child without one.")
    )
    reason = forms.CharField(label=_("Reason for the change"), max_length=500, required=False)

    class Meta:
        model = Enrolment
        fields = [
            "school", "stage", "grade", "class_name", "is_boarding", "placement", "status",
            "starts_on",
        ]  # fmt: skip

    def __init__(
        self, *args: Any, grant: Grant, today: date, current: Enrolment | None,
        last: Enrolment | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        """`last`: the newest row of the roll, also when it has ended; its number is taken over."""
        super().__init__(*args, **kwargs)
        self.today, self.current = today, current
        fields: dict[str, Any] = self.fields
        fields["school"].queryset = schools_of(grant)
        if current is None:
            del self.fields["reason"]
        else:
            fields["reason"].required = True
        last = current or last
        if last is not None:
            masked = fields["roll_number"].keep(last.roll_number, masking.roll_number)
            self.initial.setdefault("roll_number", masked)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = data.get("starts_on")
        if day and day > self.today:
            self.add_error("starts_on", _("This day lies in the future."))
        if day and self.current is not None and day < self.current.starts_on:
            self.add_error("starts_on", _("The child came to the present class only later."))
        school, stage = data.get("school"), data.get("stage")
        if school and stage and stage not in school.stages:
            self.add_error("stage", _("This school does not teach that stage."))
        return data

    def validate_constraints(self) -> None:
        """The row before ends when this one begins: the action asks the database."""

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class LeaveForm(Form):
    end_reason = forms.ChoiceField(label=_("Why the child leaves"), choices=LEAVING)
    left_on = DateField(label=_("First day no longer at school"))
    reason = forms.CharField(
        label=_("Explanation"), max_length=500, help_text=_("E.g. the new school, the decision.")
    )

    def __init__(self, *args: Any, current: Enrolment, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current, self.today = current, today

    def clean_left_on(self) -> date:
        day: date = self.cleaned_data["left_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        if day < self.current.starts_on:
            raise forms.ValidationError(_("The child came to the present class only later."))
        return day
