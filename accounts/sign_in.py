"""How people sign in: closed sign-up, second factor by role, secrets encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from accounts.actions.access_log import client_address
from accounts.crypto import second_factors
from accounts.models import Posting
from accounts.roles import SECOND_FACTOR_ROLES


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # administrators make accounts

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Behind a proxy on a socket there is no peer: allauth would refuse everybody then."""
        return client_address(request) or "unknown"


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth keeps authenticator secrets in clear unless the adapter encrypts them."""

    def encrypt(self, text: str) -> str:
        return second_factors.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factors.unseal(encrypted_text)


def name_to_count(request: HttpRequest, credentials: Any = None) -> str | None:
    """Under which name wrong passwords are counted; as typed, but for case and spaces around.

    django-axes asks: for allauth's form, for its credentials, and for its own.
    """
    for source in (credentials or {}, request.POST):
        typed = source.get("username") or source.get("login")
        if typed:
            return counted_name(str(typed))
    return None


def counted_name(username: str) -> str:
    """One account is one count, however its name is written; unlocking looks for the same."""
    return username.strip().casefold()[:255]


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed since, with a second factor."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def lacks_second_factor(request: HttpRequest, posting: Posting | None) -> bool:
    """Whether the posting may not act in this session yet."""
    return (
        posting is not None
        and posting.role in SECOND_FACTOR_ROLES
        and not has_second_factor(request)
    )


@receiver(authenticator_added, dispatch_uid="registry_second_factor_added")
def _count_a_new_factor(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    """Setting a factor up proves it: no need to sign in again at once."""
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", type=authenticator.type)
