"""Sealed files: nothing in the clear, nothing cut, nothing put elsewhere."""

import io

import pytest

from accounts.crypto import files
from accounts.crypto.cipher import Tampered, UnknownKey


def sealed(content, context="a"):
    out = io.BytesIO()
    files.seal(io.BytesIO(content), out, context)
    return out.getvalue()


def opened(blob, context="a"):
    out = io.BytesIO()
    files.unseal(io.BytesIO(blob), out, context)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, files.PART, files.PART + 1, 2 * files.PART])
def test_what_is_sealed_opens_as_it_was(size):
    content = b"x" * size

    blob = sealed(content)

    assert opened(blob) == content
    assert blob != sealed(content)
    assert b"xxxx" not in blob


def test_cut_changed_or_moved_it_does_not_open():
    part = files.PART + files.TAG
    blob = sealed(b"a" * files.PART + b"b" * files.PART + b"c")

    for wrong in (
        blob[: 9 + part], blob[:-1], blob[:5], blob[:-1] + bytes([blob[-1] ^ 1]),
        blob[:9] + blob[9 + part : 9 + 2 * part] + blob[9 : 9 + part] + blob[9 + 2 * part :],
    ):  # fmt: skip
        with pytest.raises(Tampered):
            opened(wrong)
    with pytest.raises(Tampered):
        opened(blob, "b")


def test_a_key_that_is_not_held_is_named():
    with pytest.raises(UnknownKey):
        opened(bytes([99]) + sealed(b"a")[1:])
