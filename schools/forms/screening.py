from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, Form, ModelForm
from children.forms.concern import GuardianshipField
from children.models import Child, Guardianship
from schools.models import Consent, ScreeningTool
from schools.rules.notice import MAY_CONSENT


class ScreeningForm(Form):
    """A score as it stands on paper; no question of the instrument."""

    tool = forms.ModelChoiceField(
        label=_("Instrument"), queryset=ScreeningTool.objects.filter(is_active=True)
    )
    taken_on = DateField(label=_("Day"))
    score = forms.IntegerField(label=_("Score"), min_value=0, max_value=32_000)
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_taken_on(self) -> date:
        day: date = self.cleaned_data["taken_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class ConsentForm(ModelForm):
    guardianship = GuardianshipField(
        label=_("Given by"),
        queryset=Guardianship.objects.none(),
    )
    given_on = DateField(label=_("Given on"))

    class Meta:
        model = Consent
        fields = ["purpose", "guardianship", "way", "text_version", "given_on"]

    def __init__(self, *args: Any, child: Child, today: date, **kwargs: Any) -> None:
        super().__init__(*args, instance=Consent(child=child), **kwargs)
        self.today = today
        field: Any = self.fields["guardianship"]
        field.queryset = Guardianship.objects.filter(child=child).select_related("guardian")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day, care = data.get("given_on"), data.get("guardianship")
        if day and day > self.today:
            self.add_error("given_on", _("This day lies in the future."))
        elif day and care and not care.holds_on(day):
            self.add_error("guardianship", _("This person was no guardian on that day."))
        elif day and care:
            self._ask_whether_they_may(care, day)
        return data

    def _ask_whether_they_may(self, care: Guardianship, day: date) -> None:
        if care.kind not in MAY_CONSENT:
            text = _("Who is entrusted with care does not consent: a parent or guardian does.")
            self.add_error("guardianship", text)
        elif Guardianship.objects.with_situation(day).get(pk=care.pk).situation:
            text = _("This parent was guardian no more on that day: revoked, dead or missing.")
            self.add_error("guardianship", text)

    def _get_validation_exclusions(self) -> set[str]:
        """The child is no field of the form but part of its constraints."""
        return super()._get_validation_exclusions() - {"child"}  # type: ignore[misc]


class WithdrawScoreForm(Form):
    reason = forms.CharField(
        label=_("What was entered wrongly"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class WithdrawForm(Form):
    withdrawn_on = DateField(label=_("Withdrawn on"))

    def __init__(self, *args: Any, consent: Consent, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consent, self.today = consent, today

    def clean_withdrawn_on(self) -> date:
        day: date = self.cleaned_data["withdrawn_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        if day < self.consent.given_on:
            raise forms.ValidationError(_("It cannot be withdrawn before it was given."))
        return day
