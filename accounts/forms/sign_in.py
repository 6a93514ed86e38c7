"""Forms that ask for the password: without a way to reset it by mail, which nobody sends."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as StockChangePasswordForm
from allauth.account.forms import LoginForm as StockLoginForm
from allauth.account.forms import ReauthenticateForm as StockReauthenticateForm
from django.utils.translation import gettext_lazy as _


class NoReset:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"password", "oldpassword"} & set(self.fields):
            self.fields[name].help_text = ""


class LoginForm(NoReset, StockLoginForm):
    pass


class ReauthenticateForm(NoReset, StockReauthenticateForm):
    pass


class ChangePasswordForm(NoReset, StockChangePasswordForm):
    """A password set by somebody else becomes one's own by another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.is_password_lent:
            self.fields["oldpassword"].help_text = _(
                "It was set for you, and others may know it. Choose one of your own to go on."
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        chosen = data.get("password1")
        if chosen and chosen == data.get("oldpassword"):
            self.add_error("password1", _("This is the present password. Choose another one."))
        return data

    def save(self) -> None:
        self.user.is_password_lent = False
        super().save()
