"""What a list going out is for, the second person's answer, and the password of its file."""

from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.forms.base import Form
from exchange.models import SharingFigure

APPROVE, REFUSE = "approve", "refuse"


class AskForm(Form):
    purpose = forms.CharField(label=gettext_lazy("purpose"), min_length=2, max_length=200)


class DecideForm(Form):
    """The second person's answer; the buttons send it."""

    answer = forms.ChoiceField(
        choices=[(APPROVE, gettext_lazy("approve")), (REFUSE, gettext_lazy("refuse"))],
        widget=forms.HiddenInput,
    )
    # In the box Enter begins a line: in a field it would press the first of the answers.
    reason = forms.CharField(
        label=gettext_lazy("Why, when you refuse"), required=False, max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Who asked reads it: what is to be changed, or why not at all."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == REFUSE and not cleaned.get("reason"):
            self.add_error("reason", _("Say why: who asked has to know what to do now."))
        return cleaned

    @property
    def is_approved(self) -> bool:
        return bool(self.cleaned_data["answer"] == APPROVE)


class FetchForm(Form):
    """The password is told to the receiver by another way than the file, and kept nowhere."""

    password = forms.CharField(
        label=gettext_lazy("Password of the file"), max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("The same again"), max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, is_sensitive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_sensitive:
            del self.fields["password"], self.fields["again"]
            return
        password: Any = self.fields["password"]
        shortest = SharingFigure.objects.in_force(timezone.localdate())["PASSWORD_LENGTH"]
        password.validators.append(MinLengthValidator(shortest))
        password.widget.attrs["minlength"] = shortest
        password.help_text = ngettext(
            "At least %(count)s character.", "At least %(count)s characters.", shortest
        ) % {"count": shortest}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "again" in cleaned and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("Both passwords must be the same."))
        return cleaned
