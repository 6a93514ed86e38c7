"""Filters of the list of children."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import AreaField, Form
from accounts.models import Organisation
from children.models import FileStatus, RiskLevel

from .child import category_choices

MISSING = [
    ("id", _("ID number")),
    ("carer", _("main carer")),
    ("parents", _("parents' situation")),
    ("category", _("category")),
    ("phone", _("phone")),
]
SORTS = [("recent", _("last changed")), ("name", _("name")), ("age", _("oldest first"))]


class ListForm(Form):
    """Everything optional; what does not fit is left out, with its message."""

    tab = forms.ChoiceField(choices=[("ours", ""), ("shared", "")], required=False)
    area = AreaField(label=_("Area"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("all")), *FileStatus.choices], required=False
    )
    risk = forms.ChoiceField(
        label=_("Risk"), choices=[("", _("all")), *RiskLevel.choices], required=False
    )
    age_from = forms.IntegerField(label=_("Age from"), min_value=0, max_value=30, required=False)
    age_to = forms.IntegerField(label=_("Age to"), min_value=0, max_value=30, required=False)
    school = forms.ModelChoiceField(
        label=_("School"), queryset=Organisation.objects.none(), required=False,
        empty_label=_("all"),
    )  # fmt: skip
    missing = forms.ChoiceField(label=_("Missing"), choices=[("", "—"), *MISSING], required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False, initial="recent")

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("all")), *category_choices(grant)]
        within = grant.area_code or ""
        area = self.fields["area"]
        area.widget.within = area.within = within
        schools = Organisation.objects.filter(kind="SCHOOL", is_active=True)
        schools = schools.filter(area__code__startswith=within[:6]) if within else schools
        self.fields["school"].queryset = schools.order_by("name")
