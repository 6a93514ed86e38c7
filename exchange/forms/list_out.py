"""What a list going out is for, and the password of its file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import Form
from exchange.actions.list_out import SHORTEST


class AskForm(Form):
    purpose = forms.CharField(label=gettext_lazy("purpose"), min_length=2, max_length=200)


class FetchForm(Form):
    """The password is told to the receiver by another way than the file, and kept nowhere."""

    password = forms.CharField(
        label=gettext_lazy("Password of the file"), min_length=SHORTEST, max_length=100,
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

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "again" in cleaned and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("Both passwords must be the same."))
        return cleaned
