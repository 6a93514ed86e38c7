"""Filters of the list of recognitions, and one step of one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.forms.base import Form
from assistance.models import RecognitionState, Tier
from assistance.models.recognition_list import schools_of
from assistance.rules.recognition import WITH_REASON
from schools.models import School, SchoolYear


class NamedField(forms.ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        return str(getattr(row, "name", row))


class SchoolForm(Form):
    """`school` is not asked of a school's own people: `own` is theirs."""

    school = NamedField(
        label=_("School"), queryset=School.objects.none(), required=False, empty_label=_("all")
    )

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        schools = schools_of(grant)
        fields["school"].queryset = schools
        self.own: School | None = None
        if grant.posting.organisation_id is not None:
            self.own = schools.first()
            del fields["school"]

    @property
    def of_school(self) -> School | None:
        """The one chosen, or the own; None is all of the place."""
        return self.cleaned_data.get("school") or self.own

    def show(self, name: str, row: Any) -> None:
        """What counts where nothing was chosen stands in the form as if it were."""
        if row is not None and not self.data.get(name):
            sent: Any = self.data
            shown = sent.copy()
            shown[name] = row.pk
            self.data = shown


class SchoolAndYearForm(SchoolForm):
    year = NamedField(
        label=_("School year"), queryset=SchoolYear.objects.none(), required=False,
        empty_label=None,
    )  # fmt: skip
    field_order = ["year", "school"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["year"].queryset = SchoolYear.objects.order_by("-starts_on")


class RecognitionFilterForm(SchoolAndYearForm):
    state = forms.ChoiceField(
        label=pgettext_lazy("recognition", "State"), required=False,
        choices=[("", _("all")), ("WAITING", _("waiting for a decision")),
                 *RecognitionState.choices],
    )  # fmt: skip
    tier = forms.ChoiceField(
        label=_("Tier"), required=False, choices=[("", _("all")), *Tier.choices]
    )


class RecognitionMoveForm(Form):
    """`move` is the button pressed."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.move in WITH_REASON and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why."))
        return data
