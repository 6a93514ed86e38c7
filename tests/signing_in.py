"""A signed-in test client, with or without the second factor."""

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest


def sign_in(client, posting, second_factor=True):
    """The client, signed in as the posting's user; the second factor leaves allauth's record."""
    client.force_login(posting.user)
    if second_factor:
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, posting.user, "mfa", type="totp")
        request.session.save()
    return client
