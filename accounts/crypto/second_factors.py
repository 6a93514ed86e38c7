"""Secrets of second factors, which allauth keeps inside JSON: sealed for the user they belong to.

allauth's hooks seal and open a text without saying whose it is. So a row tells its secrets on being
made or read: they are `Bound`, and open for their own user alone. In the database they are hex.
Secrets from before that were sealed for their table; they still open, and are sealed anew when
they are used, or when `rotate_keys` runs.
"""

from typing import Any, Self

from allauth.mfa.models import Authenticator
from django.db import models
from django.dispatch import receiver
from django.views.decorators.debug import sensitive_variables

from . import cipher

CONTEXT = "mfa.Authenticator.secret"
SECRETS = ("secret", "seed")  # of TOTP, of recovery codes; passkeys hold no secret


class Loose(str):
    """Sealed, but for no user yet: only on the way from allauth into a row."""


class Bound(str):
    """What stands in the row of `user_id`."""

    user_id: Any

    @classmethod
    def to(cls, user_id: Any, sealed: str) -> Self:
        bound = cls(sealed)
        bound.user_id = user_id
        return bound


def seal(text: str) -> str:
    return Loose(cipher.encrypt(text, CONTEXT).hex())


@sensitive_variables()
def unseal(sealed: str) -> str:
    """Raises Tampered, UnknownKey, or ValueError for what was never sealed."""
    blob = bytes.fromhex(sealed)
    if isinstance(sealed, Bound):
        try:
            return cipher.decrypt(blob, _context(sealed.user_id))
        except cipher.Tampered:
            pass  # sealed for the table, or for nobody here: the next line tells
    return cipher.decrypt(blob, CONTEXT)


def _context(user_id: Any) -> str:
    return f"{CONTEXT}:{user_id}"


@sensitive_variables()
def _for_user(sealed: str, user_id: Any) -> Bound:
    return Bound.to(user_id, cipher.encrypt(unseal(sealed), _context(user_id)).hex())


@sensitive_variables()
def _is_fresh(sealed: str, user_id: Any) -> bool:
    """Under the current key, and for this user."""
    blob = bytes.fromhex(sealed)
    try:
        cipher.decrypt(blob, _context(user_id))
    except cipher.Tampered:
        return False
    return blob[0] == cipher.current_key_id()


def _resealed(row: Authenticator) -> dict[str, Any]:
    """The data with every secret as it should stand. Raises as `unseal` does."""
    stale = {
        name: row.data[name]
        for name in SECRETS
        if name in row.data and not _is_fresh(row.data[name], row.user_id)
    }
    return {**row.data, **{name: _for_user(old, row.user_id) for name, old in stale.items()}}


@receiver(models.signals.post_init, sender=Authenticator, dispatch_uid="registry_secret_is_whose")
def _tell_whose(instance: Authenticator, **_: Any) -> None:
    data = instance.__dict__.get("data") or {}
    for name in SECRETS:
        sealed = data.get(name)
        if isinstance(sealed, Loose):
            data[name] = _for_user(sealed, instance.user_id)
        elif isinstance(sealed, str):
            data[name] = Bound.to(instance.user_id, sealed)


@receiver(models.signals.post_save, sender=Authenticator, dispatch_uid="registry_secret_was_used")
def _seal_anew_what_was_used(
    instance: Authenticator, using: str, update_fields: Any = None, **_: Any
) -> None:
    """allauth notes the use of a factor that was right; an older secret is sealed anew then."""
    if update_fields and "last_used_at" in update_fields:
        _write(instance, using)


def rotate(*, using: str) -> tuple[int, int]:
    """Rows rewritten for their user under the current key, and values that do not open.

    A row used meanwhile (a recovery code was spent) is left for the next run.
    """
    rewritten = unreadable = 0
    for row in Authenticator.objects.using(using).order_by("pk").iterator():
        try:
            rewritten += _write(row, using)
        except (cipher.Tampered, cipher.UnknownKey, ValueError):
            unreadable += 1
    return rewritten, unreadable


def _write(row: Authenticator, using: str) -> int:
    data = _resealed(row)
    if data == row.data:
        return 0
    same = Authenticator.objects.using(using).filter(pk=row.pk, data=row.data)
    return same.update(data=data)
