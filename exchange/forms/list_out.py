"""What a list going out is for, and the password of its file."""

from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.forms.base import Form
from exchange.models import SharingFigure


class AskForm(Form):
    purpose = forms.CharField(label=gettext_lazy("purpose"), min_length=2, max_length=200)


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
