"""Filters of the two lists of gaps, and why one does not apply."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.forms.base import Form
from assistance.models import GapKind, GapReason, GapWho, Programme
from assistance.models.gap_list import GapFilters, places_below
from assistance.rules.gap import OF_KIND, Kind, named
from schools.forms.enrolment import schools_of
from schools.models import School

from .entitlement import ProgrammeField, paid_programmes

STATES = [("", pgettext_lazy("gap", "open")), ("aside", _("set aside"))]


class GapFilterForm(Form):
    kind = forms.ChoiceField(choices=GapKind, required=False, widget=forms.HiddenInput)
    area = forms.ChoiceField(label=_("Place"), required=False)
    programme = ProgrammeField(
        label=_("Programme"), queryset=Programme.objects.none(), required=False,
        empty_label=_("all"),
    )  # fmt: skip
    school = forms.ModelChoiceField(
        label=_("School"), queryset=School.objects.none(), required=False, empty_label=_("all")
    )
    reason = forms.ChoiceField(label=_("What is missing"), required=False)
    who = forms.ChoiceField(
        label=_("Who acts"), required=False, choices=[("", _("all")), *GapWho.choices]
    )
    state = forms.ChoiceField(label=_("Progress"), choices=STATES, required=False)

    def __init__(self, *args: Any, grant: Grant, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["programme"].queryset = paid_programmes()
        lacks = named(OF_KIND[Kind(kind)])
        fields["reason"].choices = [
            ("", _("all")), *(one for one in GapReason.choices if one[0] in lacks)
        ]  # fmt: skip
        if kind == GapKind.RECEIVED:
            fields["reason"].label = pgettext_lazy("gap", "Why")
            del fields["who"]
        fields["school"].queryset = schools_of(grant)
        places = places_below(grant)
        fields["area"].choices = [("", _("all")), *places]
        if not places:
            del fields["area"]

    def filters(self, kind: str) -> GapFilters:
        self.is_valid()
        data = self.cleaned_data
        programme, school = data.get("programme"), data.get("school")
        return GapFilters(
            kind=kind, area=data.get("area") or "", reason=data.get("reason") or "",
            programme=programme.pk if programme else None, who=data.get("who") or "",
            school=school.pk if school else None, aside=data.get("state") == "aside",
        )  # fmt: skip


class AsideForm(Form):
    reason = forms.CharField(
        label=_("Does not apply because"), min_length=2, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands until a fact changes that the programme asks for."),
    )  # fmt: skip
