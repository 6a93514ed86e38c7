"""A lawful reason out of class, as the office that approves enters it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import DateField, Form, ModelForm
from children.models import Child
from schools.models import Excuse, ExcuseReason, Office
from schools.rules import excuse

LAW = {
    "POVERTY": _(
        "Poverty is no lawful reason: compulsory education is free, and the state helps poor "
        "families (Compulsory Education Law, art. 2 and 44). Apply for aid instead."
    ),
    "DISABILITY": _(
        "Disability is no lawful reason: the child has a right to an ordinary class, support, a "
        "special school or teaching at home (Regulation on the Education of Persons with "
        "Disabilities, art. 17). Arrange a place instead."
    ),
    "WORK": _(
        "Work is no lawful reason: nobody may employ a child of school age (Compulsory Education "
        "Law, art. 14)."
    ),
    "MARRIAGE": _(
        "Marriage or betrothal is no lawful reason; it is forbidden to arrange it for minors (Law "
        "on the Protection of Minors, art. 17)."
    ),
    "UNWILLING": _(
        "Unwillingness is no lawful reason: the guardian must see to it that the child goes to "
        "school (Compulsory Education Law, art. 5 and 11). Log a persuasion instead."
    ),
}
NAMES = {
    "POVERTY": _("poverty"), "DISABILITY": _("disability"), "WORK": _("work"),
    "MARRIAGE": _("marriage"), "UNWILLING": _("does not want to learn"),
}  # fmt: skip


class ExcuseForm(ModelForm):
    reason = forms.ChoiceField(
        label=_("Because of"),
        choices=[("", "—"), *ExcuseReason.choices, *((code, NAMES[code]) for code in LAW)],
    )
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Until"), help_text=_("Last day; a year at most."))
    approved_on = DateField(label=_("Approved on"))

    class Meta:
        model = Excuse
        fields = ["kind", "reason", "starts_on", "ends_on", "office", "approved_on", "document"]

    def __init__(self, *args: Any, grant: Grant, child: Child, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.instance.child = today, child
        is_county = len(grant.area_code or "") <= 6
        self.initial.setdefault("office", Office.COUNTY if is_county else Office.TOWNSHIP)

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if reason in LAW:
            raise forms.ValidationError(LAW[reason], code="unlawful")
        return reason

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last, approved = (data.get(n) for n in ("starts_on", "ends_on", "approved_on"))
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        if first and last and (last - first).days > excuse.MOST_DAYS:
            self.add_error("ends_on", _("An approval holds for a year at most; then ask again."))
        if approved and approved > self.today:
            self.add_error("approved_on", _("This day lies in the future."))
        kind, reason = data.get("kind"), data.get("reason")
        if kind and reason and not excuse.fits(kind, reason):
            self.add_error(
                "reason",
                _("Deferral and suspension rest on the state of health; the others on a move."),
            )
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The child is no field of the form but part of its constraints."""
        return super()._get_validation_exclusions() - {"child"}  # type: ignore[misc]


class EndExcuseForm(Form):
    last_on = DateField(label=_("Last day"), help_text=_("From the next day on school is owed."))
    reason = forms.CharField(label=_("Why it ends early"), min_length=2, max_length=500)

    def __init__(self, *args: Any, excuse: Excuse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.excuse = excuse

    def clean_last_on(self) -> date:
        day: date = self.cleaned_data["last_on"]
        if day < self.excuse.starts_on:
            raise forms.ValidationError(_("This day is before the first one."))
        if day >= self.excuse.ends_on:
            raise forms.ValidationError(_("It ends on that day or before as it is."))
        return day
