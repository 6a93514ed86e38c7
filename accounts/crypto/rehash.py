"""Rebuilds the keyed hashes beside encrypted fields, history included, under the newest key.

Meanwhile rows under older keys are found as before: every look-up asks for the hashes of all keys
of FIELD_HASH_KEYS. A hash does not tell its key, so each row is read and its number hashed anew;
only rows that differ are written, so that stopped at any point, the next run does the rest.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.views.decorators.debug import sensitive_variables

from . import cipher
from .fields import BlindIndexField, EncryptedTextField
from .in_place import CHUNK, refuse_all_but_the_owner, write_in_place


@dataclass
class Rebuilt:
    """What happened to one table."""

    table: str
    rewritten: int = 0  # rows
    unreadable: int = 0  # values that do not open: their hash was left as it is
    refused: int = 0  # rows whose number another row holds already: two of one that must be once


@dataclass(frozen=True)
class _Row:
    """Old and new hash by column; both None where nothing is to be done."""

    pk: Any
    is_stale: list[bool]
    old: list[bytes | None]
    new: list[bytes | None]


# Other hashes are rebuilt by those who made them: each joins here when the applications are ready.
OTHERS: list[Callable[..., Iterator[Rebuilt]]] = []


def hashed_models() -> list[tuple[type[models.Model], list[BlindIndexField]]]:
    """Every table of ours with hashes of encrypted columns, history tables among them."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        fields = [f for f in model._meta.local_fields if isinstance(f, BlindIndexField)]
        if fields and model._meta.managed and not model._meta.proxy:
            found.append((model, fields))
    return found


def rebuild(*, using: str = "owner", chunk: int = CHUNK) -> Iterator[Rebuilt]:
    """Table by table, answering after each. Raises NotTheOwner.

    Processes that still write under an older key undo nothing, but leave rows behind: restart
    them first, and run this again until nothing is rewritten.
    """
    for model, fields in hashed_models():
        refuse_all_but_the_owner(connections[using], model._meta.db_table)
        yield _Table(model, fields, connections[using]).rebuild(chunk)
    for other in OTHERS:
        yield from other(using=using, chunk=chunk)


class _Table:
    """One table with its SQL, made once."""

    def __init__(
        self, model: type[models.Model], fields: list[BlindIndexField],
        connection: BaseDatabaseWrapper,
    ) -> None:  # fmt: skip
        self.connection, self.fields = connection, fields
        self.sources: list[EncryptedTextField] = [
            model._meta.get_field(field.source)  # type: ignore[misc]
            for field in fields
        ]
        self.result = Rebuilt(model._meta.db_table)
        quote = connection.ops.quote_name
        pk: Any = model._meta.pk
        row_key: Any = model._meta.get_field(self.sources[0].row_key)
        table, key = quote(self.result.table), quote(pk.column)
        sources = [quote(str(field.column)) for field in self.sources]
        hashes = [quote(str(field.column)) for field in fields]
        has_any = " OR ".join(
            f"{h} IS NOT NULL OR length({s}) > 0" for s, h in zip(sources, hashes, strict=True)
        )
        order = f"ORDER BY {key} LIMIT %s"
        columns = ", ".join([key, quote(row_key.column), *sources, *hashes])
        select = f"SELECT {columns} FROM {table} WHERE ({has_any})"
        self.first, self.next = f"{select} {order}", f"{select} AND {key} > %s {order}"
        self.update = _update_of(table, key, pk.rel_db_type(connection), hashes)

    def rebuild(self, chunk: int) -> Rebuilt:
        last: Any = None
        while rows := self._read(last, chunk):
            last = rows[-1][0]
            stale = [row for row in map(self._hash_anew, rows) if any(row.is_stale)]
            if stale:
                self._write(stale)
        return self.result

    def _read(self, last: Any, chunk: int) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            if last is None:
                cursor.execute(self.first, [chunk])
            else:
                cursor.execute(self.next, [last, chunk])
            return cursor.fetchall()

    @sensitive_variables()
    def _hash_anew(self, row: tuple[Any, ...]) -> _Row:
        pk, row_key, *values = row
        count = len(self.fields)
        done = _Row(pk, [False] * count, [None] * count, [None] * count)
        for n, (field, source) in enumerate(zip(self.fields, self.sources, strict=True)):
            blob, held = values[n], values[count + n]
            try:
                text = cipher.decrypt(blob, f"{source.context}:{row_key}") if blob else ""
            except (cipher.Tampered, cipher.UnknownKey):
                self.result.unreadable += 1
                continue
            fresh, old = field.hash_of(text), None if held is None else bytes(held)
            if fresh != old:
                done.is_stale[n], done.old[n], done.new[n] = True, old, fresh
        return done

    def _write(self, rows: list[_Row]) -> None:
        """All at once; one by one when two hold a number that may be held once."""
        try:
            self.result.rewritten += write_in_place(self.connection, self.update, _arrays(rows))
        except IntegrityError:
            if len(rows) == 1:
                self.result.refused += 1
                return
            for row in rows:
                self._write([row])


def _arrays(rows: list[_Row]) -> list[list[Any]]:
    columns = [
        [[getattr(row, name)[n] for row in rows] for name in ("is_stale", "old", "new")]
        for n in range(len(rows[0].new))
    ]
    return [[row.pk for row in rows], *(array for column in columns for array in column)]


def _update_of(table: str, key: str, key_type: str, hashes: list[str]) -> str:
    """UPDATE of rows whose hash is still the one that was read: a change made meanwhile stays."""
    names, types, set_to, changed = ["pk"], [f"%s::{key_type}[]"], [], []
    for n, column in enumerate(hashes):
        same = f"(v.stale{n} AND t.{column} IS NOT DISTINCT FROM v.old{n})"
        names += [f"stale{n}", f"old{n}", f"new{n}"]
        types += ["%s::boolean[]", "%s::bytea[]", "%s::bytea[]"]
        set_to.append(f"{column} = CASE WHEN {same} THEN v.new{n} ELSE t.{column} END")
        changed.append(same)
    return (
        f"UPDATE {table} t SET {', '.join(set_to)}"
        f" FROM unnest({', '.join(types)}) AS v({', '.join(names)})"
        f" WHERE t.{key} = v.pk AND ({' OR '.join(changed)})"
    )
