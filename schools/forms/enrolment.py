from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import DateField, ModelForm
from schools.models import Enrolment, School


class EnrolmentForm(ModelForm):
    starts_on = DateField(label=_("First day"))
    reason = forms.CharField(label=_("Reason for the change"), max_length=500, required=False)

    class Meta:
        model = Enrolment
        fields = [
            "school", "stage", "grade", "class_name", "is_boarding", "placement", "status",
            "starts_on",
        ]  # fmt: skip

    def __init__(
        self, *args: Any, grant: Grant, today: date, current: Enrolment | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.current = today, current
        field: Any = self.fields["school"]
        county = grant.home_area_code[:6]
        field.queryset = (
            School.objects.filter(
                organisation__is_active=True, organisation__area__code__startswith=county
            )
            .select_related("organisation")
            .order_by("organisation__name")
        )
        if current is None:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = data.get("starts_on")
        if day and day > self.today:
            self.add_error("starts_on", _("This day lies in the future."))
        if day and self.current is not None and day < self.current.starts_on:
            self.add_error("starts_on", _("The child came to the present class only later."))
        return data

    def validate_constraints(self) -> None:
        """The row before ends when this one begins: the action asks the database."""

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}
