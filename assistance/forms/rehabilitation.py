"""An application for rehabilitation, the decision on it, the plan, the sessions of a month."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.access import Grant
from accounts.forms.base import DateField, Form
from accounts.forms.chips import Chips, ManyChips
from assistance.models import (
    PlanAgeRule,
    RehabilitationInstitution,
    RehabilitationKind,
    RehabilitationPlan,
)
from assistance.rules.rehabilitation import ApplicationMove, PlanMove
from children.forms.fields import NameField
from children.models import Child, DisabilityCertificate, Document

from .fields import MoneyField


def _certificate(row: DisabilityCertificate) -> str:
    grade = pgettext("disability", "grade %(grade)s") % {"grade": row.grade}
    return f"{row.get_kind_display()}{_(', ')}{grade} · {row.get_status_display()}"


class RehabilitationApplicationForm(Form):
    """By certificate, by a document of the file, or by a diagnosis uploaded with it."""

    kind = forms.ChoiceField(label=_("Kind of help"), choices=RehabilitationKind, widget=Chips)
    applied_on = DateField(label=_("Applied on"))
    applicant = NameField(label=_("Applicant"), help_text=_("Guardian or who acts for them."))
    certificate = forms.ModelChoiceField(
        label=_("Disability certificate"), queryset=DisabilityCertificate.objects.none(),
        required=False, empty_label="—",
    )  # fmt: skip
    diagnosis = forms.ModelChoiceField(
        label=_("Or a diagnosis among the documents"), queryset=Document.objects.none(),
        required=False, empty_label="—",
    )  # fmt: skip
    paper = forms.FileField(
        label=_("Or photograph the diagnosis"), required=False,
        help_text=_("JPEG, PNG or PDF; 10 MB at most."),
    )  # fmt: skip
    need = forms.CharField(
        label=_("What is needed"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, child: Child, grant: Grant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        certificates: Any = self.fields["certificate"]
        certificates.queryset = DisabilityCertificate.objects.permitted(grant).filter(child=child)
        certificates.label_from_instance = _certificate
        papers: Any = self.fields["diagnosis"]
        papers.queryset = Document.objects.permitted(grant).filter(
            child=child, kind="DIAGNOSIS", withdrawn_at=None, is_secret=False
        )
        papers.label_from_instance = lambda row: (
            f"{row.get_kind_display()} {row.uploaded_at:%Y-%m-%d} {row.remark}".strip()
        )

    def clean_applied_on(self) -> date:
        day: date = self.cleaned_data["applied_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        grounds = ("certificate", "diagnosis", "paper")
        if not any(data.get(name) or name in self.errors for name in grounds):
            self.add_error("certificate", _("It rests on a certificate or on a diagnosis."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "paper"}


class DecisionForm(Form):
    """`move` is the button; what goes back or is rejected has its reason."""

    reason = forms.CharField(label=_("Reason for the family"), max_length=500, required=False)

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needs = (ApplicationMove.RETURN, ApplicationMove.REJECT, ApplicationMove.WITHDRAW)
        if self.move in needs and not data.get("reason"):
            self.add_error("reason", _("Say why."))
        return data


class PlanForm(Form):
    institution = forms.ModelChoiceField(
        label=_("Institution"), queryset=RehabilitationInstitution.objects.none(), empty_label="—",
        help_text=_("The one the guardian chose among those designated for it."),
    )  # fmt: skip
    item = forms.CharField(label=_("Which surgery or device"), max_length=200)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"), help_text=_("In the same year."))
    sessions = forms.IntegerField(
        label=pgettext_lazy("rehabilitation", "Sessions"), min_value=1, max_value=1000
    )
    money = MoneyField(label=_("Money for all of it, yuan"))
    month_money = MoneyField(label=_("At most in a month, yuan"), required=False)
    until_age = forms.IntegerField(
        label=_("Until the age of"), min_value=1, max_value=18,
        help_text=_("7: until the day before the seventh birthday."),
    )  # fmt: skip
    age_rule = forms.ChoiceField(label=_("Age counts"), choices=PlanAgeRule, widget=Chips)

    def __init__(self, *args: Any, kind: str, is_one_off: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_one_off = is_one_off
        institutions: Any = self.fields["institution"]
        known = RehabilitationInstitution.objects.filter(kinds__contains=[kind])
        institutions.queryset = known.exclude(ends_on__lt=today)
        for name in ("sessions", "month_money") if is_one_off else ("item",):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        elif first and last and first.year != last.year:
            self.add_error("ends_on", _("A plan is for one year: begin another for the next."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {"sessions": 1} | self.cleaned_data if self.is_one_off else self.cleaned_data


class PlanDecisionForm(Form):
    """`move` is the button; a refusal has its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.move == PlanMove.REFUSE and not data.get("reason"):
            self.add_error("reason", _("Say why."))
        return data


class PlanEndForm(Form):
    ends_on = DateField(label=_("Last day"))
    reason = forms.CharField(label=_("Why it ends early"), min_length=2, max_length=300)

    def __init__(self, *args: Any, plan: RehabilitationPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if not self.plan.starts_on <= day < self.plan.ends_on:
            raise forms.ValidationError(_("Choose a day between the first and the last."))
        return day


class SessionsForm(Form):
    """The days of a month for which the institution's sheet bears a signature."""

    days = forms.TypedMultipleChoiceField(
        label=_("Days signed for"), coerce=date.fromisoformat, widget=ManyChips
    )
    hours = forms.DecimalField(
        label=_("Hours each"), min_value=Decimal("0.5"), max_value=12, max_digits=3,
        decimal_places=1, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    signed_by = NameField(label=_("Signed by"), max_length=100)

    def __init__(self, *args: Any, days: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["days"]
        field.choices = [(day.isoformat(), formats.date_format(day, "j D")) for day in days]


class SessionWithdrawForm(Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), min_length=2, max_length=200)
