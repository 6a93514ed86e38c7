"""A round opened and closed; what became of a child; the answer of a place."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import CheckButtons, DateField, Form
from accounts.forms.chips import chips
from children.models import Campaign, CampaignAnswer, CampaignKind, CampaignOutcome, KeyFact
from children.models.campaign import ASKED_CATEGORIES
from children.models.campaign_answer import ANSWERS

LONGEST = timedelta(days=366)


class CampaignForm(Form):
    title = forms.CharField(label=_("Title"), max_length=100)
    facts = forms.MultipleChoiceField(
        label=_("Facts to confirm of each child"), choices=KeyFact.choices, widget=CheckButtons
    )
    from_age = forms.IntegerField(label=_("From … years"), min_value=0, max_value=30, initial=0)
    to_age = forms.IntegerField(label=_("To … years"), min_value=0, max_value=30, initial=17)
    categories = forms.MultipleChoiceField(
        label=_("Only children of these categories"), choices=ASKED_CATEGORIES, required=False,
        widget=CheckButtons,
        help_text=_("None chosen: all children. Leads are visited whatever is chosen."),
    )  # fmt: skip
    compared_with = forms.CharField(
        label=_("Lists to compare with"), max_length=200, required=False,
        help_text=_("E.g. «low-income households of March»; villages read it."),
    )  # fmt: skip
    due_on = DateField(label=_("Answers by"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if not self.today <= day <= self.today + LONGEST:
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("from_age"), data.get("to_age")
        if first is not None and last is not None and first > last:
            self.add_error("to_age", _("The first age is above the last."))
        return data


class CampaignCloseForm(Form):
    summary = forms.CharField(
        label=pgettext_lazy("round", "Summary"), max_length=3_000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was found, and what follows from it. No names."),
    )  # fmt: skip
    is_signed = forms.BooleanField(
        label=_("I sign the figures as they stand now. Answers are not taken any more.")
    )


class SettleForm(Form):
    """Of a known child that is not as the file says, or not here."""

    outcome = chips(
        _("What became of the child"),
        [(o, CampaignOutcome(o).label) for o in ANSWERS[CampaignKind.KNOWN] if o],
        required=True,
    )
    changed = forms.MultipleChoiceField(
        label=_("What has changed"), required=False, widget=CheckButtons,
        help_text=_("The other facts of the round are confirmed by it."),
    )  # fmt: skip
    remark = forms.CharField(
        label=_("Where the child is now, or what else is to be known"), max_length=300,
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, campaign: Campaign, is_lead: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_lead:
            del self.fields["outcome"], self.fields["changed"]
            return
        self.fields["changed"].choices = [(f, KeyFact(f).label) for f in campaign.facts]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        outcome = data.setdefault("outcome", CampaignOutcome.AWAY.value)
        if outcome == CampaignOutcome.CHANGED and not data.get("changed"):
            self.add_error("changed", _("Say what has changed."))
        if outcome != CampaignOutcome.CHANGED:
            data["changed"] = []
        if outcome == CampaignOutcome.AWAY and not (data.get("remark") or "").strip():
            self.add_error("remark", _("Say where the child is now, or what is known of it."))
        return data


class AnswerForm(Form):
    """Sent when every child was answered for; a nil return is said in so many words."""

    is_nil = forms.BooleanField(label=_("Nobody newly found: nil return"), required=False)
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)

    def __init__(self, *args: Any, answer: CampaignAnswer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer = answer
        if answer.found:
            del self.fields["is_nil"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.setdefault("is_nil", False)
        if self.answer.waiting:
            raise forms.ValidationError(
                _("Children are still to be answered for: say for each what became of it.")
            )
        if not self.answer.found and not data["is_nil"]:
            self.add_error(
                "is_nil", _("Tick it when nobody was found; else register who was found.")
            )
        return data
