"""A child placed under temporary guardianship; what an assessment found; how it ended."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, Form
from accounts.forms.chips import chips
from children.models import (
    Child,
    Guardianship,
    Placement,
    PlacementGround,
    PlacementOutcome,
    PlacementSetting,
    PlacementTerm,
    Relation,
)

from .fields import NameField, PhoneField

FACTS = (
    "setting", "place", "ground", "legal_basis", "decided_by", "starts_on", "until",
    "review_on", "purpose",
)  # fmt: skip


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class _TermMixin:
    """`until` within the longest term, `review_on` within `until`."""

    def check_term(self: Any, first: date, last: date | None, review: date | None) -> None:
        term = PlacementTerm.in_force(first)
        latest = term.latest(first) if term else None
        if last and last < first:
            self.add_error("until", _("The last day is before the first."))
        elif last and latest and last > latest:
            day = date_format(latest, "SHORT_DATE_FORMAT")
            self.add_error("until", gettext("Its longest term ends on %(day)s.") % {"day": day})
        if review and last and not first <= review <= last:
            self.add_error("review_on", _("The next assessment lies within the term."))


class PlacementForm(_TermMixin, Form):
    ground = forms.ChoiceField(
        label=_("Ground"), choices=[("", "—"), *PlacementGround.choices],
        help_text=_("Where a guardian harmed the child, few see that this placement exists."),
    )  # fmt: skip
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=200,
        help_text=_("E.g. Law on the Protection of Minors, art. 92 (3)."),
    )  # fmt: skip
    decided_by = forms.CharField(label=_("Decided by, with document number"), max_length=200)
    setting = chips(_("Kind of place"), PlacementSetting.choices, required=True)
    place = forms.CharField(
        label=_("Where"), max_length=200, help_text=_("The family, institution or organisation.")
    )
    starts_on = DateField(label=_("First day"))
    until = DateField(label=_("Until at the latest"))
    review_on = DateField(label=_("Next assessment"))
    purpose = _text(_("What must be so that the child can return"))
    carer_name = NameField(
        label=_("Temporary guardian"), required=False,
        help_text=_("Stands among the guardians, gets notices of the school until the last day."),
    )  # fmt: skip
    carer_relation = forms.ChoiceField(
        label=_("Relation to the child"), choices=[("", "—"), *Relation.choices], required=False
    )
    carer_phone = PhoneField(label=_("Phone"), required=False)
    withheld = forms.ModelMultipleChoiceField(
        label=_("Who gets no notices any more"), queryset=Guardianship.objects.none(),
        required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("E.g. the parent from whom the child was taken."),
    )  # fmt: skip

    def __init__(self, *args: Any, child: Child, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child, self.today = child, today
        cares = Guardianship.objects.filter(child=child, do_not_notify=False).on(today)
        field: Any = self.fields["withheld"]
        field.queryset = cares.select_related("guardian")
        field.label_from_instance = lambda row: row.named

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        if day < self.child.birth_date:
            raise forms.ValidationError(_("This day is before the birth."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if first := data.get("starts_on"):
            self.check_term(first, data.get("until"), data.get("review_on"))
        if data.get("carer_name") and not data.get("carer_relation"):
            self.add_error("carer_relation", _("Say who this person is to the child."))
        if not data.get("carer_name") and (data.get("carer_relation") or data.get("carer_phone")):
            self.add_error("carer_name", _("Write a name."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}

    @property
    def carer(self) -> dict[str, Any] | None:
        """None where nobody is named."""
        if not self.cleaned_data["carer_name"]:
            return None
        return {name: self.cleaned_data[f"carer_{name}"] for name in ("name", "relation", "phone")}


class PlacementReviewForm(_TermMixin, Form):
    review = _text(_("What the assessment found"))
    review_on = DateField(label=_("Next assessment"))
    until = DateField(label=_("Until at the latest"))

    def __init__(self, *args: Any, row: Placement, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.today = row, today

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if day <= self.today:
            raise forms.ValidationError(_("This day must lie ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.check_term(self.row.starts_on, data.get("until"), data.get("review_on"))
        return data


class PlacementEndForm(Form):
    outcome = chips(_("Outcome"), PlacementOutcome.choices, required=True)
    ends_on = DateField(label=_("Last day"))
    finding = _text(_("What the assessment found"))

    def __init__(self, *args: Any, row: Placement, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.today = row, today

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        if day < self.row.starts_on:
            raise forms.ValidationError(_("The last day is before the first."))
        return day
