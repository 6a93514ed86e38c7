"""A signed-in test client, with or without the second factor."""

from importlib import import_module

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest


def sign_in(client, posting, second_factor=True):
    """The client with a session as signing in leaves it; the second factor leaves allauth's record.

    Half of all tests begin here: the session is written once, without what a sign-in does besides.
    """
    user, request = posting.user, HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.session[SESSION_KEY] = user._meta.pk.value_to_string(user)
    request.session[BACKEND_SESSION_KEY] = client._get_backend()
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if second_factor:
        record_authentication(request, user, "mfa", type="totp")
    request.session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client
