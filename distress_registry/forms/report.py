"""A table as it is put together, and the name under which it is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.forms.base import Form
from children.forms.child import category_choices
from distress_registry.models import Guarantee
from distress_registry.models.saved_report import ReportDimension, ReportMeasure
from distress_registry.rules.report import MOST_MONTHS, Report, problems

WORDS = {
    "SAME": _("Rows and columns are two different things."),
    "NOT_BY_GUARANTEE": _("Children alone are not counted by guarantee: choose another figure."),
    "NO_GUARANTEE": _("Choose the guarantee, or put guarantees into rows or columns."),
    "MANY_MONTHS": _("Several months need months in rows or columns."),
}
START = {"rows": "PLACE", "columns": "GUARANTEE", "measure": "SHARE", "months": 1}


class ReportForm(Form):
    rows = forms.ChoiceField(label=pgettext_lazy("report", "rows"), choices=ReportDimension)
    columns = forms.ChoiceField(label=pgettext_lazy("report", "columns"), choices=ReportDimension)
    measure = forms.ChoiceField(label=_("figure"), choices=ReportMeasure)
    category = forms.ChoiceField(label=_("category"), required=False)
    guarantee = forms.ChoiceField(
        label=_("guarantee"), required=False, choices=[("", "—"), *Guarantee.choices]
    )
    months = forms.IntegerField(label=_("months"), min_value=1, max_value=MOST_MONTHS)

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].choices = [("", _("all categories")), *category_choices(grant)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            for name, code in problems(Report(**data)).items():
                self.add_error(name, WORDS[code])
        return data

    @property
    def report(self) -> Report:
        return Report(**self.cleaned_data)


class ReportNameForm(Form):
    name = forms.CharField(label=pgettext_lazy("report", "name"), max_length=100)
    is_shared = forms.BooleanField(
        label=_("shared inside the county"), required=False, initial=True
    )
