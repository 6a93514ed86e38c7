"""Forms that ask for the password: without a way to reset it by mail, which nobody sends."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as StockChangePasswordForm
from allauth.account.forms import LoginForm as StockLoginForm
from allauth.account.forms import ReauthenticateForm as StockReauthenticateForm


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
    pass
