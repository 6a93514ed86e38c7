"""Keys of pairs, and of what people decided of them, under the newest key of the hashes.

A key is a hash of facts that are kept elsewhere: of the row that the pair is about, and of the
child as it was then, which its history tells. Each possible old key is made anew from those facts;
one that is found among them is replaced. What was decided stays decided.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.crypto import cipher
from accounts.crypto.in_place import CHUNK, refuse_all_but_the_owner, write_in_place
from accounts.crypto.rehash import Rebuilt
from children.models import Child
from exchange.matching import child_keys, person_keys
from exchange.models import ListRow, MatchDecision, MatchPair
from exchange.models.pair_sides import dated
from exchange.taking_in.find_children import sought_in

_PAIRS, _DECISIONS = MatchPair._meta.db_table, MatchDecision._meta.db_table
_OLDER_PAIRS = "exchange_historicalmatchpair"

# Children with a pair or a decision, by chunks.
_CHILDREN = f"""
SELECT id FROM children_child c
 WHERE id > %s AND (EXISTS (SELECT FROM {_PAIRS} p WHERE p.child_id = c.id)
                    OR EXISTS (SELECT FROM {_DECISIONS} d WHERE d.child_id = c.id))
 ORDER BY id LIMIT %s
"""
_VERSIONS = """
SELECT id, uuid, name, id_number, birth_date, sex FROM children_child WHERE id = ANY(%(ids)s)
 UNION ALL
SELECT id, uuid, name, id_number, birth_date, sex
  FROM children_historicalchild WHERE id = ANY(%(ids)s)
"""
_OF_CHILDREN = f"""
SELECT p.id, p.child_id, p.other_id, p.person_key, p.child_key, r.uuid, r.kind, r.facts
  FROM {_PAIRS} p LEFT JOIN exchange_listrow r ON r.id = p.list_row_id
 WHERE p.child_id = ANY(%s)
"""
_DECIDED = f"SELECT id, child_id, person_key, child_key FROM {_DECISIONS} WHERE child_id = ANY(%s)"
_WRITE = """
UPDATE {table} t SET person_key = v.person_key, child_key = v.child_key
  FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS v(id, person_key, child_key)
 WHERE t.id = v.id AND (t.person_key, t.child_key) <> (v.person_key, v.child_key)
"""
Fresh = tuple[int, bytes, bytes]  # id, person_key, child_key
Keys = dict[bytes, bytes]  # what may be stored → what stands under the newest key


def rebuild_pairs(*, using: str = "owner", chunk: int = CHUNK) -> Iterator[Rebuilt]:
    """As `accounts.crypto.rehash.rebuild`, which asks for it. Raises NotTheOwner."""
    connection = connections[using]
    results = [Rebuilt(table) for table in (_PAIRS, _OLDER_PAIRS, _DECISIONS)]
    for result in results:
        refuse_all_but_the_owner(connection, result.table)
    last = 0
    while ids := [key for (key,) in _read(connection, _CHILDREN, [last, chunk])]:
        last = ids[-1]
        _Chunk(connection, ids, *results).rebuild()
    yield from results


class _Chunk:
    """Some children with all their pairs and decisions; one transaction a table."""

    def __init__(
        self, connection: BaseDatabaseWrapper, ids: list[int],
        pairs: Rebuilt, older: Rebuilt, decisions: Rebuilt,
    ) -> None:  # fmt: skip
        self.connection, self.ids = connection, ids
        self.pairs, self.older, self.decisions = pairs, older, decisions

    def rebuild(self) -> None:
        rows = _read(self.connection, _OF_CHILDREN, [self.ids])
        ids = {*self.ids, *(row[2] for row in rows if row[2])}
        children = self._children(sorted(ids))
        people: dict[int, Keys] = {}  # child → of the rows that somebody compared with it
        fresh = []
        for pair, child, other, person_key, child_key, *row in rows:
            persons = children[other] if other else self._person(*row)
            people.setdefault(child, {}).update(persons)
            fresh.append(_fresh(pair, person_key, child_key, persons, children[child], self.pairs))
        _write(self.connection, list(filter(None, fresh)), self.pairs, self.older)
        decided = [
            _fresh(pk, person, key, people.get(child, {}), children[child], self.decisions)
            for pk, child, person, key in _read(self.connection, _DECIDED, [self.ids])
        ]
        _write(self.connection, list(filter(None, decided)), self.decisions)

    def _children(self, ids: list[int]) -> dict[int, Keys]:
        """Of every state that a child was ever in."""
        column: Any = Child._meta.get_field("id_number")
        found: dict[int, Keys] = {pk: {} for pk in ids}
        for pk, uuid, name, blob, born, sex in _read(self.connection, _VERSIONS, {"ids": ids}):
            number = _opened(blob, f"{column.context}:{uuid}")
            if number is not None:
                keys = child_keys(name, number, born, sex)
                found[pk].update(dict.fromkeys(keys, keys[0]))
        return found

    def _person(self, uuid: Any, kind: str, blob: bytes) -> Keys:
        column: Any = ListRow._meta.get_field("facts")
        text = _opened(blob, f"{column.context}:{uuid}")
        if not text:
            return {}
        keys = person_keys(sought_in(dated(json.loads(text)), kind))
        return dict.fromkeys(keys, keys[0])


def _read(connection: BaseDatabaseWrapper, sql: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _opened(blob: bytes, context: str) -> str | None:
    try:
        return cipher.decrypt(blob, context) if blob else ""
    except (cipher.Tampered, cipher.UnknownKey):
        return None


def _fresh(
    pk: int, person_key: bytes, child_key: bytes, persons: Keys, child: Keys, result: Rebuilt
) -> Fresh | None:
    """None, and told, where the facts behind a key cannot be opened."""
    person, of_child = persons.get(bytes(person_key)), child.get(bytes(child_key))
    if person is None or of_child is None:
        result.unreadable += 1
        return None
    return pk, person, of_child


def _write(connection: BaseDatabaseWrapper, rows: list[Fresh], *results: Rebuilt) -> None:
    """Of pairs the history with them; one by one where two would be the same pair."""
    if not rows:
        return
    arrays = [list(column) for column in zip(*rows, strict=True)]
    try:
        with transaction.atomic(using=connection.alias):
            for result in results:
                sql = _WRITE.format(table=result.table)
                result.rewritten += write_in_place(connection, sql, arrays)
    except IntegrityError:
        if len(rows) == 1:
            results[0].refused += 1
            return
        for row in rows:
            _write(connection, [row], *results)
