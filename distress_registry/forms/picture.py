"""What the address of the picture may ask for; everything else falls back to the whole and now."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import Form
from assistance.forms.fields import MonthFormField
from children.forms.child import category_choices
from distress_registry.models import Guarantee
from distress_registry.models.picture_page import Chosen

COVERED = {"yes": True, "no": False, "": None}


class PictureForm(Form):
    inside = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    month = forms.ChoiceField(label=_("Month"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)

    def __init__(self, *args: Any, grant: Grant, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["month"].choices = [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months]
        fields["category"].choices = [("", _("all categories")), *category_choices(grant)]


class AddressForm(Form):
    """As `PictureForm`, read before the months are known; and which cell."""

    inside = forms.RegexField(r"^\d{6}(\d{3}(\d{3})?)?$", required=False)
    month = MonthFormField(required=False)
    category = forms.ChoiceField(required=False)
    guarantee = forms.ChoiceField(required=False, choices=Guarantee)
    covered = forms.ChoiceField(required=False, choices=[(key, key) for key in COVERED])
    after = forms.IntegerField(required=False, min_value=0, max_value=10**18)

    def __init__(self, data: Any, *, grant: Grant, today: date) -> None:
        super().__init__(data)
        self.grant, self.today = grant, today
        fields: Any = self.fields
        fields["category"].choices = [("", ""), *category_choices(grant)]
        self.is_valid()  # what does not fit is left out

    @property
    def chosen(self) -> Chosen:
        told, own = self.cleaned_data, self.grant.area_code or ""
        # Who sees no children reads the whole own place: sums below would tell what is hidden.
        inside = (told.get("inside") if self.grant.sees_own_area else "") or own
        return Chosen(
            inside if inside.startswith(own) else own,
            told.get("month") or self.today.replace(day=1),
            told.get("category") or "",
        )

    def told(self, name: str) -> Any:
        return self.cleaned_data.get(name)
