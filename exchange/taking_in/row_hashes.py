"""Hashes of rows of lists under the newest key, made anew from what a row keeps sealed.

A row of the register whose child is on file keeps nothing: while there are two keys its hashes are
emptied, so that none is left under the older. The same row again then finds its child by number
or name, as it did the first time.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.crypto import cipher
from accounts.crypto.in_place import CHUNK, refuse_all_but_the_owner, write_in_place
from accounts.crypto.rehash import Rebuilt
from exchange.matching import person_key
from exchange.models import ListRow
from exchange.models.pair_sides import dated

from .find_children import sought_in

_READ = """
SELECT id, uuid, kind, facts, fingerprint, id_number_hash, person_key FROM exchange_listrow
 WHERE id > %s AND length(facts) > 0 ORDER BY id LIMIT %s
"""
_WRITE = """
UPDATE exchange_listrow r SET fingerprint = v.fingerprint, id_number_hash = v.id_number_hash,
       person_key = v.person_key
  FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])
       AS v(id, fingerprint, id_number_hash, person_key)
 WHERE r.id = v.id
"""
# `fingerprint` is never null and stands once: that of a row which keeps nothing is its own uuid's.
_FORGET = """
UPDATE exchange_listrow SET fingerprint = sha256(uuid::text::bytea), id_number_hash = NULL,
       person_key = NULL
 WHERE id IN (
       SELECT id FROM exchange_listrow
        WHERE length(facts) = 0 AND fingerprint <> sha256(uuid::text::bytea)
        ORDER BY id LIMIT %s)
"""
Row = tuple[int, bytes, bytes | None, bytes | None]


def rebuild_rows(*, using: str = "owner", chunk: int = CHUNK) -> Iterator[Rebuilt]:
    """As `accounts.crypto.rehash.rebuild`, which asks for it. Raises NotTheOwner."""
    connection = connections[using]
    refuse_all_but_the_owner(connection, ListRow._meta.db_table)
    result, last = Rebuilt(ListRow._meta.db_table), 0
    while read := _read(connection, last, chunk):
        last = read[-1][0]
        stale = [fresh for row in read if (fresh := _hash_anew(row, result)) is not None]
        if stale:
            _write(connection, stale, result)
    if len(settings.FIELD_HASH_KEYS) > 1:  # meanwhile no list comes in (`KeyBeingTurned`)
        while forgotten := write_in_place(connection, _FORGET, [chunk]):
            result.rewritten += forgotten
    yield result


def _read(connection: BaseDatabaseWrapper, last: int, chunk: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [last, chunk])
        return cursor.fetchall()


def _hash_anew(row: tuple[Any, ...], result: Rebuilt) -> Row | None:
    key, uuid, kind, blob, *held = row
    column: Any = ListRow._meta.get_field("facts")
    try:
        text = cipher.decrypt(blob, f"{column.context}:{uuid}")
    except (cipher.Tampered, cipher.UnknownKey):
        result.unreadable += 1
        return None
    facts, (_print, number, person) = json.loads(text), held
    fresh = (
        cipher.blind_index(text, "list_row"),
        cipher.blind_index(facts["id_number"], "id_number") if number else None,
        person_key(sought_in(dated(facts), kind)) if person else None,
    )
    is_same = fresh == tuple(None if one is None else bytes(one) for one in held)
    return None if is_same else (key, *fresh)


def _write(connection: BaseDatabaseWrapper, rows: list[Row], result: Rebuilt) -> None:
    try:
        arrays = [list(column) for column in zip(*rows, strict=True)]
        result.rewritten += write_in_place(connection, _WRITE, arrays)
    except IntegrityError:
        if len(rows) == 1:
            result.refused += 1
            return
        for row in rows:
            _write(connection, [row], result)
