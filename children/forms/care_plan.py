"""A care plan, its review, a step of it and what came of the step."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import DateField, Form
from accounts.forms.chips import chips
from accounts.models import Organisation
from children.models import CaseAccess, Child, PlanResult


def _text(label: Any, rows: int, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=3_000, required=required, widget=widget)


class DayForm(Form):
    """Base: knows the day."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def ahead(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if day <= self.today:
            raise forms.ValidationError(_("This day must lie ahead."))
        return day


class CarePlanForm(DayForm):
    goals = _text(_("Goals: what is to become better"), 4)
    review_on = DateField(label=_("Next review"))

    def clean_review_on(self) -> date:
        return self.ahead("review_on")


class CareReviewForm(CarePlanForm):
    review = _text(_("What the review found"), 3)
    result = chips(_("Result"), [("", pgettext_lazy("care plan", "goes on")), *PlanResult.choices])
    field_order = ["review", "goals", "result", "review_on"]


class CareStepForm(DayForm):
    what = forms.CharField(label=_("What is to be done"), max_length=300)
    who = forms.CharField(label=_("Who, of which office or school"), max_length=200)
    office = forms.ModelChoiceField(
        label=_("Office or school that answers for it"), required=False, empty_label="—",
        queryset=Organisation.objects.none(),
        help_text=_("Of those that may see this file: there it is due work."),
    )  # fmt: skip
    due_on = DateField(label=_("To be done by"))

    def __init__(self, *args: Any, child: Child, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seeing = CaseAccess.objects.open_at(now).filter(child=child, organisation__isnull=False)
        office: Any = self.fields["office"]
        offices = Organisation.objects.filter(pk__in=seeing.values("organisation"))
        office.queryset = offices.filter(is_active=True).order_by("name")

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < self.today or day > self.today + timedelta(days=730):
            raise forms.ValidationError(_("Choose a day from today on, within two years."))
        return day


class CareStepDoneForm(DayForm):
    done_on = DateField(label=_("Done on"))
    outcome = forms.CharField(label=_("What came of it"), max_length=500, required=False)

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return day
