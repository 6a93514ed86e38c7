"""allauth's forms of second factors: codes that cannot be guessed, keys whose label is translated.

allauth remembers used codes and wrong ones in memory, where each process of the server has its
own. Here both are kept in the database, which all of them ask.
"""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import ValidationError
from django.utils.translation import pgettext_lazy

USED = "used_until"  # in the factor's data: the last half minute whose code was taken


class CountedCode:
    """A wrong code is counted as a wrong password is, and locks the account with them."""

    user: Any
    authenticator: Any

    def clean_code(self) -> str:
        request, who = context.request, {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(request, who):
            request.axes_locked_out = True  # answered by its middleware
            raise get_adapter().validation_error("incorrect_code")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            self._take()
        except ValidationError:
            AxesProxyHandler.user_login_failed(sender=type(self), credentials=who, request=request)
            raise
        return code

    def _take(self) -> None:
        """Raises ValidationError when the code was used before, in whichever process."""
        if self.authenticator.type != Authenticator.Type.TOTP:
            return  # a recovery code is marked in its row by itself
        row = Authenticator.objects.select_for_update().get(pk=self.authenticator.pk)
        now = max(yield_hotp_counters_from_time())
        if row.data.get(USED, 0) >= now:
            raise get_adapter().validation_error("incorrect_code")
        row.data[USED] = now
        row.save(update_fields=["data"])
        self.authenticator = row


class CountedAuthenticateForm(CountedCode, AuthenticateForm):
    pass


class CountedReauthenticateForm(CountedCode, ReauthenticateForm):
    pass


class NamedKey:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = pgettext_lazy("security key", "Name")


class AddKeyForm(NamedKey, AddWebAuthnForm):
    pass


class EditKeyForm(NamedKey, EditWebAuthnForm):
    pass
