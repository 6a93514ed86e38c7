"""A claim as it is drawn up, what the institution asks for a child, its steps, the ledger."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.forms.base import DateField, Form
from accounts.models import Area
from assistance.models import RehabilitationInstitution
from assistance.rules.rehabilitation import ClaimMove

from .fields import MoneyField, MonthFormField
from .payment_run import PlaceField


class ClaimForm(Form):
    institution = forms.ModelChoiceField(
        label=_("Institution"), queryset=RehabilitationInstitution.objects.none(), empty_label="—"
    )
    month = MonthFormField(label=_("Month"))
    area = PlaceField(label=_("Place"), queryset=Area.objects.none(), empty_label=None)

    def __init__(self, *args: Any, grant: Grant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        institutions: Any = self.fields["institution"]
        institutions.queryset = RehabilitationInstitution.objects.all()
        places: Any = self.fields["area"]
        inside = Area.objects.inside(grant.area_code or "~").current()
        places.queryset = inside.filter(level__gte=6, level__lte=9).order_by("code")

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if month > self.today:
            raise forms.ValidationError(_("This month lies ahead."))
        return month


class ClaimLineForm(Form):
    asked_sessions = forms.IntegerField(label=_("Sessions asked for"), min_value=0, max_value=1000)
    asked_amount = MoneyField(label=_("Money asked for, yuan"), min_value=0)


class ClaimMoveForm(Form):
    """`move` is the button."""

    invoice = forms.CharField(label=_("Number of the invoice"), max_length=100, required=False)
    paid_on = DateField(label=_("Paid on"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args: Any, move: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move, self.today = move, today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.move in (ClaimMove.RETURN, ClaimMove.CANCEL) and not data.get("reason"):
            self.add_error("reason", _("Say why."))
        if self.move == ClaimMove.PAY:
            day = data.get("paid_on")
            if not day and "paid_on" not in self.errors:
                self.add_error("paid_on", _("Say on which day it was paid."))
            elif day and day > self.today:
                self.add_error("paid_on", _("This day lies in the future."))
        return data


class LedgerForm(Form):
    institution = forms.ModelChoiceField(
        label=_("Institution"), queryset=RehabilitationInstitution.objects.none(), empty_label="—",
        required=False,
    )  # fmt: skip
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["institution"]
        field.queryset = RehabilitationInstitution.objects.all()
