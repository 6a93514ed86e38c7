"""How people sign in: closed sign-up, second factor by role, secrets encrypted."""

import secrets
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.models import AccessAttempt
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.actions.access_log import client_address
from accounts.crypto import second_factors
from accounts.models import Posting
from accounts.roles import SECOND_FACTOR_ROLES
from accounts.sessions import end_others

KNOWN_FOR = timedelta(days=180)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # administrators make accounts

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **told)
        _know_this_machine(request, response, counted_name(user.get_username()))
        return response

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

    Machines where somebody has signed in before are counted each by itself: whoever types wrong
    passwords for others elsewhere does not shut them out of their own.

    django-axes asks: for allauth's form, for its credentials, and for its own.
    """
    for source in (credentials or {}, request.POST):
        typed = source.get("username") or source.get("login")
        if typed:
            name = counted_name(str(typed))
            machine = _known_machine(request, name)
            return f"{name[:200]}{_OF_MACHINE}{machine}" if machine else name
    return None


def counted_name(username: str) -> str:
    """One account is one count, however its name is written; unlocking looks for the same."""
    return username.strip().casefold()[:255]


_OF_MACHINE = "\n"  # in no name


def unlock(username: str) -> None:
    """Forgets wrong passwords and codes, of strangers and of the user's own machines."""
    name = counted_name(username)
    own = Q(username__startswith=f"{name[:200]}{_OF_MACHINE}")
    AccessAttempt.objects.filter(Q(username=name) | own).delete()


def _cookie_of(name: str) -> str:
    """One for each user of a machine; tells nobody who that is."""
    return f"known_{salted_hmac('registry.machine', name).hexdigest()[:20]}"


def _signer(name: str) -> TimestampSigner:
    return TimestampSigner(salt=f"registry.machine:{name}")


def _known_machine(request: HttpRequest, name: str) -> str:
    """ "" where the user has not signed in before, or not for long."""
    try:
        return _signer(name).unsign(request.COOKIES.get(_cookie_of(name), ""), max_age=KNOWN_FOR)
    except BadSignature:
        return ""


def _know_this_machine(request: HttpRequest, response: HttpResponse, name: str) -> None:
    response.set_cookie(
        _cookie_of(name),
        _signer(name).sign(_known_machine(request, name) or secrets.token_urlsafe(12)),
        max_age=KNOWN_FOR, path=reverse("account_login").removesuffix("login/"),
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip


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


@receiver(
    [authenticator_added, authenticator_removed, authenticator_reset],
    dispatch_uid="registry_second_factor_changed",
)
def _end_sessions_elsewhere(request: HttpRequest, user: Any, **_: Any) -> None:
    """As with a new password: whoever changes a factor because somebody else may have had it wants
    them out. The session in which it is changed goes on."""
    end_others(user.pk, request.session.session_key if request.user == user else None)
