"""Signatures of messages, Ed25519, in the text that SP-DCI puts into `signature`.

    Signature: namespace="dci", kidId="{sender_id}|{key id}|ed25519", algorithm="ed25519",
      created="1606970629", expires="1606970929", headers="(created) (expires) digest",
      signature="base64"

Signed is the text of three lines `(created): …`, `(expires): …`, `digest: SHA-256=…`. The digest,
in base64, is that of {"header": …, "message": …} as JSON in UTF-8: keys sorted, no spaces.
"""

import base64
import hashlib
import json
import re
from binascii import Error
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import load_pem_public_key

LONGEST_LIFE = 600  # seconds from created to expires
SKEW = 60  # seconds that clocks may differ
_PARTS = re.compile(r'(\w+)\s*=\s*"([^"]*)"')
HEADERS = "(created) (expires) digest"


class WrongSignature(Exception):
    """It does not fit; the words say in which respect."""


def digest(header: Any, message: Any) -> str:
    told = {"header": header, "message": message}
    body = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(hashlib.sha256(body.encode(errors="replace")).digest()).decode()


def signing_text(created: int, expires: int, of: str) -> bytes:
    return f"(created): {created}\n(expires): {expires}\ndigest: SHA-256={of}".encode()


def sign_message(
    key: Ed25519PrivateKey, header: Any, message: Any, *, sender: str, key_id: str, now: int
) -> str:
    """Text for `signature`; `now` in seconds."""
    expires = now + LONGEST_LIFE // 2
    made = base64.b64encode(key.sign(signing_text(now, expires, digest(header, message)))).decode()
    return (
        f'Signature: namespace="dci", kidId="{sender}|{key_id}|ed25519", algorithm="ed25519",'
        f' created="{now}", expires="{expires}", headers="{HEADERS}", signature="{made}"'
    )


def check_signature(
    signature: str, header: Any, message: Any, *, sender: str, key: str, now: float
) -> bytes:
    """`key`: PEM. Answers SHA-256 of what was signed, by which a message sent twice is known.

    Raises WrongSignature.
    """
    parts = dict(_PARTS.findall(signature))
    if parts.get("algorithm") != "ed25519" or parts.get("headers") != HEADERS:
        raise WrongSignature(f'algorithm is ed25519, headers "{HEADERS}".')
    if not parts.get("kidId", "").startswith(f"{sender}|"):
        raise WrongSignature("kidId begins with sender_id.")
    created, expires = _seconds(parts.get("created", "")), _seconds(parts.get("expires", ""))
    if not (created - SKEW <= now <= expires and expires - created <= LONGEST_LIFE):
        raise WrongSignature(f"It is not in force now, or longer than {LONGEST_LIFE} seconds.")
    try:
        made = base64.b64decode(parts.get("signature", ""), validate=True)
        signed = signing_text(created, expires, digest(header, message))
        read_public_key(key).verify(made, signed)
    except (Error, ValueError, InvalidSignature):
        raise WrongSignature("It does not fit header and message.") from None
    return hashlib.sha256(signed).digest()


def _seconds(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 11):
        raise WrongSignature("created and expires are seconds.")
    return int(value)


def read_public_key(pem: str) -> Ed25519PublicKey:
    """Raises ValueError for what is no Ed25519 key."""
    try:
        key = load_pem_public_key(pem.strip().encode())
    except Exception:
        raise ValueError("no key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("another kind of key")
    return key
