"""What was found, and the risk when it is to be another than the points give."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import CheckButtons, Form
from accounts.forms.chips import chips
from children.actions.risk import scored_on
from children.models import RiskLevel, RiskQuestion

_ASSESSED = [choice for choice in RiskLevel.choices if choice[0] != RiskLevel.UNKNOWN]


class RiskForm(Form):
    signs = forms.MultipleChoiceField(
        label=_("What was found"), required=False, widget=CheckButtons
    )  # fmt: skip
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    level = chips(_("Risk"), [("", pgettext_lazy("risk", "as the points say")), *_ASSESSED])
    override_reason = forms.CharField(
        label=_("Why another risk"), required=False, max_length=500,
        help_text=_("Only when you choose another risk than the points give."),
    )  # fmt: skip

    def __init__(self, *args: Any, now: datetime, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        rows = RiskQuestion.objects.in_force(today)
        field: Any = self.fields["signs"]
        field.choices = [(row.code, f"{row.label} · {_weight(row)}") for row in rows]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        scored = scored_on(data["signs"], self.now)
        if data["level"] not in ("", scored.level) and not data["override_reason"].strip():
            text = gettext("The points give «%(level)s» (%(points)s). Say why the risk is another.")
            told = {"level": RiskLevel(scored.level).label, "points": scored.points}
            self.add_error("override_reason", text % told)
        return data


def _weight(row: RiskQuestion) -> str:
    if row.is_alarm:
        return gettext("high at once")
    return ngettext("%(points)d point", "%(points)d points", row.weight) % {"points": row.weight}
