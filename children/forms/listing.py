"""Filters of the list of children."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
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
        for name, field in self.fields.items():
            _limit(name, field, grant)


def _limit(name: str, field: Any, grant: Grant) -> None:
    """What the grant may choose from."""
    within = grant.area_code or ""
    if name == "category":
        field.choices = [("", _("all")), *category_choices(grant)]
    elif name == "area":
        field.widget.within = field.within = within
    elif name == "school":
        schools = Organisation.objects.filter(kind="SCHOOL", is_active=True)
        schools = schools.filter(area__code__startswith=within[:6]) if within else schools
        field.queryset = schools.order_by("name")


@dataclass(frozen=True)
class Chip:
    """A filter in force, in words; `query` is the address without it."""

    label: str
    value: str
    query: str


@dataclass(frozen=True)
class Narrowing:
    """What an address narrows: `data` as `ListForm.cleaned_data`, absent keys narrow nothing."""

    data: dict[str, Any]
    chips: list[Chip]
    is_valid: bool = True


def narrowing(query: QueryDict, grant: Grant) -> Narrowing:
    """Cleans only what is there: making the whole form costs as much as the rest of the page."""
    data: dict[str, Any] = {}
    chips, is_valid = [], True
    for name, known in ListForm.base_fields.items():
        if not query.get(name):
            continue
        field: Any = deepcopy(known)
        _limit(name, field, grant)
        try:
            data[name] = value = field.clean(query[name])
        except ValidationError:
            is_valid = False
            continue
        if name != "tab" and value != field.initial:
            chips.append(Chip(str(field.label), _in_words(field, value), _without(query, name)))
    return Narrowing(data, chips, is_valid)


def _in_words(field: Any, value: Any) -> str:
    if isinstance(field, forms.ChoiceField) and isinstance(value, str):
        choices: Any = field.choices
        return str(dict(choices)[value])
    return str(value)


def _without(query: QueryDict, name: str) -> str:
    rest = query.copy()
    for gone in (name, "after", "panel"):
        rest.pop(gone, None)
    return rest.urlencode()
