"""Signing a test client in, with the second factor given or not."""

import time

from allauth.account.internal.flows.login import record_authentication


class _Request:
    """What allauth needs to write down how somebody signed in."""

    def __init__(self, session):
        self.session = session


def sign_in(client, posting, second_factor=True):
    """Act in `posting` from now on."""
    client.force_login(posting.user)
    session = client.session
    if second_factor:
        record_authentication(_Request(session), posting.user, "mfa", type="totp", at=time.time())
    session["acting_posting"] = posting.pk
    session.save()
