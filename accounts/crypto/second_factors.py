"""Rotation of what allauth keeps of second factors: secrets inside JSON, sealed by its adapter."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.views.decorators.debug import sensitive_variables

from . import cipher

SECRETS = ("secret", "seed")  # of TOTP, of recovery codes; passkeys hold no secret


def rotate(*, using: str) -> tuple[int, int]:
    """Rows rewritten under the current key, and values that do not open.

    A row used meanwhile (a recovery code was spent) is left for the next run.
    """
    rewritten = unreadable = 0
    for row in Authenticator.objects.using(using).order_by("pk").iterator():
        try:
            data = _resealed(row.data)
        except (cipher.Tampered, cipher.UnknownKey, ValueError):
            unreadable += 1
            continue
        if data != row.data:
            same = Authenticator.objects.using(using).filter(pk=row.pk, data=row.data)
            rewritten += same.update(data=data)
    return rewritten, unreadable


@sensitive_variables()
def _resealed(data: dict[str, object]) -> dict[str, object]:
    """Raises ValueError for a secret that was never sealed."""
    stale = {
        name: str(data[name])
        for name in SECRETS
        if name in data and bytes.fromhex(str(data[name]))[:1] != _current()
    }
    return {**data, **{name: encrypt(decrypt(blob)) for name, blob in stale.items()}}


def _current() -> bytes:
    return bytes([cipher.current_key_id()])
