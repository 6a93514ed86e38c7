"""A run as it is opened, its steps, and the filters of its lines."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.forms.base import Form
from accounts.models import Area
from assistance.models import PaymentLineKind, PaymentLineState
from assistance.rules.payment_run import RunMove, may_be_run

from .fields import MonthFormField


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, row: Area) -> str:
        return row.name


class RunForm(Form):
    month = MonthFormField(label=_("Month"))
    area = PlaceField(label=_("Place"), queryset=Area.objects.none(), empty_label=None)

    def __init__(self, *args: Any, grant: Grant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field: Any = self.fields["area"]
        inside = Area.objects.inside(grant.area_code or "~").current()
        field.queryset = inside.filter(level__gte=6, level__lte=9).order_by("code")

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if not may_be_run(month, self.today):
            raise forms.ValidationError(_("A run is for this month or the next at most."))
        return month


class RunMoveForm(Form):
    """`move` is the button; what goes back or is thrown away has its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.move in (RunMove.RETURN, RunMove.CANCEL) and not data.get("reason"):
            self.add_error("reason", _("Say why."))
        return data


class LineFilterForm(Form):
    state = forms.ChoiceField(
        label=pgettext_lazy("line", "State"), required=False,
        choices=[("", _("all")), *PaymentLineState.choices],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *PaymentLineKind.choices]
    )


class MonthForm(Form):
    month = MonthFormField(label=_("Month"))
