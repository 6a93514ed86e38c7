"""allauth's forms of security keys, with a label that can be translated."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import pgettext_lazy


class NamedKey:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = pgettext_lazy("security key", "Name")


class AddKeyForm(NamedKey, AddWebAuthnForm):
    pass


class EditKeyForm(NamedKey, EditWebAuthnForm):
    pass
