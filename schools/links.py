"""The link of a delivery and the number that opens it: made, signed, hashed.

A link is 12 random bytes and 6 of a keyed hash over them: what nobody signed is told from what we
made without a look into the database. Only a hash of it is stored, so that who reads the database
can open no page. Reading numbers have six digits, like those of bank cards.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from accounts.crypto import cipher

RANDOM, SIGNATURE = 12, 6
DIGITS = 6
# A page left lying open answers no more after that; the link and the number open it again.
PAGE_LASTS = timedelta(minutes=30)
NO_LINK = hashlib.sha256(b"no link of ours").digest()


@dataclass(frozen=True)
class Link:
    token: str
    hash: bytes


def _keyed(purpose: str, message: bytes) -> bytes:
    key = hashlib.sha256(f"notice.{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.digest(key, message, hashlib.sha256)


@sensitive_variables()
def link_of(random: bytes) -> Link:
    """The link whose random part is given; `new_link` draws it."""
    signed = random + _keyed("link", random)[:SIGNATURE]
    return Link(base64.urlsafe_b64encode(signed).decode(), hashlib.sha256(random).digest())


def new_link() -> Link:
    return link_of(secrets.token_bytes(RANDOM))


@sensitive_variables()
def hash_of(token: str) -> bytes:
    """What is stored of a link; NO_LINK for one that we never signed."""
    try:
        signed = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return NO_LINK
    random, signature = signed[:RANDOM], signed[RANDOM:]
    if not hmac.compare_digest(signature, _keyed("link", random)[:SIGNATURE]):
        return NO_LINK
    return hashlib.sha256(random).digest()


def new_number() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


@sensitive_variables()
def number_hashes(number: str) -> list[bytes]:
    return cipher.blind_indexes(number, "notice_code")


def address_hash(address: str | None) -> bytes:
    """Of an IPv6 address its network (/64): a phone has as many addresses in it as it likes."""
    text = address or ""
    if ":" in text:
        text = ":".join(IPv6Address(text).exploded.split(":")[:4])
    return _keyed("address", text.encode())


@sensitive_variables()
def proof_of(number: str, token_hash: bytes, now: datetime) -> str:
    """The number, sealed for this link and PAGE_LASTS, to be sent back by the page's buttons."""
    until = int((now + PAGE_LASTS).timestamp())
    sealed = cipher.encrypt(f"{until}:{number}", f"notice.proof:{token_hash.hex()}")
    return base64.urlsafe_b64encode(sealed).decode()


@sensitive_variables()
def number_in(proof: str, token_hash: bytes, now: datetime) -> str:
    """The number of a proof; "" when it is none of this link, or too old."""
    try:
        sealed = base64.b64decode(proof.encode("ascii"), altchars=b"-_", validate=True)
        until, number = cipher.decrypt(sealed, f"notice.proof:{token_hash.hex()}").split(":")
    except (ValueError, cipher.Tampered, cipher.UnknownKey):
        return ""
    return number if int(until) >= now.timestamp() else ""
