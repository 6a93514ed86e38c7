"""Blobs open only with their key and in their place, and say nothing when they do not."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.crypto.cipher import (
    SHORTEST,
    Tampered,
    UnknownKey,
    blind_index,
    blind_index_of,
    current_key_id,
    decrypt,
    decrypt_all,
    encrypt,
)

ID_NUMBER = "99010120160301007X"
PLACE = "children.Child.id_number:0190a5e0-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.FIELD_KEYS = {1: b"1" * 32, 2: b"2" * 32}
    settings.FIELD_HASH_KEYS = {1: b"h" * 32}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text):
    assert decrypt(encrypt(text, PLACE), PLACE) == text


def test_two_blobs_of_one_text_have_nothing_in_common():
    one, two = encrypt(ID_NUMBER, PLACE), encrypt(ID_NUMBER, PLACE)

    assert one[0] == two[0] == 2
    assert one[1:13] != two[1:13]
    assert one[13:] != two[13:]


def test_the_text_is_not_in_the_blob():
    assert ID_NUMBER.encode() not in encrypt(ID_NUMBER, PLACE)


def test_many_open_together_each_with_the_key_it_was_sealed_under(settings):
    column, _, row = PLACE.partition(":")
    old = encrypt("old", PLACE)
    settings.FIELD_KEYS = {**settings.FIELD_KEYS, 3: b"3" * 32}
    new = encrypt("new", f"{column}:other")

    assert decrypt_all(column, [(old, row), (new, "other")]) == ["old", "new"]
    for wrong in ((old, "other"), (old[:-1], row), (b"", row)):
        with pytest.raises(Tampered):
            decrypt_all(column, [(new, "other"), wrong])
    with pytest.raises(UnknownKey):
        decrypt_all(column, [(bytes([9]) + old[1:], row)])


@pytest.mark.parametrize("place", ["children.Child.phone:" + PLACE[-36:], PLACE[:-1] + "2", ""])
def test_a_blob_moved_to_another_column_or_row_does_not_open(place):
    with pytest.raises(Tampered):
        decrypt(encrypt(ID_NUMBER, PLACE), place)


@pytest.mark.parametrize("position", range(SHORTEST + len(ID_NUMBER)))
def test_one_flipped_bit_anywhere_is_noticed(position):
    blob = bytearray(encrypt(ID_NUMBER, PLACE))
    blob[position] ^= 1

    with pytest.raises((Tampered, UnknownKey)):
        decrypt(bytes(blob), PLACE)


@pytest.mark.parametrize("length", range(SHORTEST))
def test_a_blob_cut_short_is_tampered(length):
    with pytest.raises(Tampered):
        decrypt(encrypt(ID_NUMBER, PLACE)[:length], PLACE)


def test_a_blob_says_its_key_and_opens_after_a_newer_one_came(settings):
    settings.FIELD_KEYS = {1: b"1" * 32}
    old = encrypt(ID_NUMBER, PLACE)
    settings.FIELD_KEYS = {1: b"1" * 32, 2: b"2" * 32}

    assert (old[0], current_key_id()) == (1, 2)
    assert decrypt(old, PLACE) == ID_NUMBER


def test_an_unknown_key_is_named_without_the_data(settings):
    blob = encrypt(ID_NUMBER, PLACE)
    settings.FIELD_KEYS = {1: b"1" * 32}

    with pytest.raises(UnknownKey, match=r"^key id 2$"):
        decrypt(blob, PLACE)


def test_the_same_key_id_with_another_key_does_not_open(settings):
    blob = encrypt(ID_NUMBER, PLACE)
    settings.FIELD_KEYS = {2: b"x" * 32}

    with pytest.raises(Tampered):
        decrypt(blob, PLACE)


def test_key_ids_kept_for_another_algorithm_are_not_read_as_this_one(settings):
    settings.FIELD_KEYS = {200: b"1" * 32}

    with pytest.raises(UnknownKey, match="200"):
        encrypt(ID_NUMBER, PLACE)


def test_tampered_names_the_column_and_not_the_row():
    with pytest.raises(Tampered) as error:
        decrypt(b"\x01" + b"0" * 40, PLACE)

    assert str(error.value) == "children.Child.id_number"


def test_the_hash_is_the_same_for_the_same_text_in_one_context_only():
    assert blind_index(ID_NUMBER, "id_number") == blind_index(ID_NUMBER, "id_number")
    assert blind_index(ID_NUMBER, "id_number") != blind_index(ID_NUMBER, "phone")
    assert blind_index(ID_NUMBER, "id_number") != blind_index(ID_NUMBER[:-1], "id_number")
    assert len(blind_index(ID_NUMBER, "id_number")) == 32


def test_the_hash_needs_the_key(settings):
    before = blind_index(ID_NUMBER, "id_number")
    settings.FIELD_HASH_KEYS = {2: b"x" * 32}

    assert blind_index(ID_NUMBER, "id_number") != before


@pytest.mark.parametrize("text", ["", "990101201501010017", "字" * 40, "x" * 200])
def test_a_blind_index_is_the_standards_hmac(settings, text):
    """Of RFC 2104, as the standard library makes it: what is stored can be found by other means."""
    master = settings.FIELD_HASH_KEYS[max(settings.FIELD_HASH_KEYS)]
    key = hmac.digest(master, b"id_number", hashlib.sha256)

    expected = hmac.digest(key, text.encode(), hashlib.sha256)

    assert blind_index(text, "id_number") == expected
    assert blind_index_of("id_number")(text) == expected
