"""Whole files sealed with the key of the encrypted fields, in parts, so that none is held whole.

`key id (1 byte) · nonce (8)`, then each part of `PART` bytes as AES-256-GCM under that nonce and
the part's number. Number, context and whether it is the last are authenticated: a file that was
cut, put together anew or belongs to another row does not open.
"""

import os
from typing import IO

from cryptography.exceptions import InvalidTag

from . import cipher

PART = 2**20
TAG = 16


def _nonce(base: bytes, number: int) -> bytes:
    return base + number.to_bytes(4, "big")


def _about(context: str, number: int, is_last: bool) -> bytes:
    return f"{context}:{number}:{'end' if is_last else 'more'}".encode()


def seal(source: IO[bytes], target: IO[bytes], context: str) -> None:
    key_id, base = cipher.current_key_id(), os.urandom(8)
    algorithm = cipher.algorithm(key_id)
    target.write(bytes([key_id]) + base)
    number, part = 0, source.read(PART)
    while True:
        following = source.read(PART)
        about = _about(context, number, not following)
        target.write(algorithm.encrypt(_nonce(base, number), part, about))
        if not following:
            return
        number, part = number + 1, following


def unseal(source: IO[bytes], target: IO[bytes], context: str) -> None:
    """Raises cipher.Tampered and cipher.UnknownKey; what was written until then is no file."""
    head = source.read(9)
    if len(head) < 9:
        raise cipher.Tampered("file")
    algorithm, base = cipher.algorithm(head[0]), head[1:]
    number, part = 0, source.read(PART + TAG)
    while True:
        following = source.read(PART + TAG)
        about = _about(context, number, not following)
        try:
            target.write(algorithm.decrypt(_nonce(base, number), part, about))
        except InvalidTag:
            raise cipher.Tampered("file") from None
        if not following:
            return
        number, part = number + 1, following
