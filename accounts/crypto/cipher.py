"""AES-256-GCM with a key id in front, and keyed hashes for exact look-up.

A blob is `key id (1 byte) · nonce (12) · ciphertext and tag`. The context – which column of which
row – is authenticated with it, so a blob moved to another row or column does not open. Key ids up
to 127 mean AES; 128 to 255 are kept for SM4, should a county's rules ask for it.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
HASH_BYTES = 32


class Tampered(Exception):
    """The blob was changed, or belongs to another row, column or key."""


class UnknownKey(Exception):
    """The blob names a key id that FIELD_KEYS does not hold."""


@lru_cache(maxsize=16)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def current_key_id() -> int:
    return max(settings.FIELD_KEYS)


def encrypt(text: str, context: str) -> bytes:
    key_id, nonce = current_key_id(), os.urandom(NONCE)
    sealed = _aes(settings.FIELD_KEYS[key_id]).encrypt(nonce, text.encode(), context.encode())
    return bytes([key_id]) + nonce + sealed


def decrypt(blob: bytes, context: str) -> str:
    """Raises Tampered or UnknownKey; neither says anything of the content."""
    key = settings.FIELD_KEYS.get(blob[0])
    if key is None:
        raise UnknownKey(f"key id {blob[0]}")
    try:
        opened = _aes(key).decrypt(blob[1 : NONCE + 1], blob[NONCE + 1 :], context.encode())
    except InvalidTag as error:
        raise Tampered(context.partition(":")[0]) from error
    return opened.decode()


@lru_cache(maxsize=64)
def _hash_key(context: str, master: bytes) -> bytes:
    return hmac.digest(master, context.encode(), hashlib.sha256)


def blind_index(text: str, context: str) -> bytes:
    """32 bytes, the same for the same text in the same context; nothing without the key."""
    key = _hash_key(context, settings.FIELD_HASH_KEY)
    return hmac.digest(key, text.encode(), hashlib.sha256)
