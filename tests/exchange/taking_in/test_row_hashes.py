"""After a hash key was turned the same row of a list is still known, and finds its child;
of one that keeps nothing the hashes are emptied."""

from hashlib import sha256

import pytest
from django.db import transaction

from accounts.crypto import rehash
from accounts.crypto.cipher import blind_index
from exchange.matching import person_key
from exchange.models import ListRow
from exchange.taking_in.find_children import sought_in
from exchange.taking_in.good import plain
from exchange.taking_in.take_in import known_rows
from tests.exchange.lists import BORN, number
from tests.factories import ListRowFactory

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
FACTS = {"name": "张小三", "id_number": number(1), "birth_date": BORN, "certificate__kind": "5"}


def test_rows_are_known_under_the_new_key_by_what_they_keep(settings):
    settings.FIELD_HASH_KEYS = {1: b"a" * 32}
    with transaction.atomic():
        made = ListRowFactory(
            kind="deaths", facts=plain(FACTS), fingerprint=blind_index(plain(FACTS), "list_row"),
            id_number_hash=blind_index(number(1), "id_number"),
            person_key=person_key(sought_in(FACTS, "deaths")),
        )  # fmt: skip
        empty = ListRowFactory(facts="")
    settings.FIELD_HASH_KEYS = {1: b"a" * 32, 2: b"b" * 32}

    def rebuilt():
        return {one.table: one.rewritten for one in rehash.rebuild()}["exchange_listrow"]

    assert [rebuilt(), rebuilt()] == [2, 0]
    settings.FIELD_HASH_KEYS = {2: b"b" * 32}
    mark = blind_index(plain(FACTS), "list_row")
    with transaction.atomic():
        assert list(known_rows("deaths", [mark])) == [mark]
        row = ListRow.objects.get(pk=made.pk)
        assert bytes(row.id_number_hash) == blind_index(number(1), "id_number")
        assert bytes(row.person_key) == person_key(sought_in(FACTS, "deaths"))
        kept = ListRow.objects.get(pk=empty.pk)
        assert (kept.id_number_hash, kept.person_key) == (None, None)
        assert bytes(kept.fingerprint) == sha256(str(empty.uuid).encode()).digest()


def test_without_a_second_key_nothing_is_emptied():
    with transaction.atomic():
        empty = ListRowFactory(facts="", id_number_hash=blind_index(number(1), "id_number"))

    list(rehash.rebuild())

    with transaction.atomic():
        kept = ListRow.objects.get(pk=empty.pk)
        assert bytes(kept.fingerprint) == bytes(empty.fingerprint)
        assert kept.id_number_hash is not None
