"""The sign-in form: without a way to reset a password by mail, which accounts need not have."""

from typing import Any

from allauth.account.forms import LoginForm as Stock


class LoginForm(Stock):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
