"""Re-encrypts stored rows, history included, that are not under the current key.

Runs as the owner of the tables: the application's role can alter no history, and the history
guard lets only the owner rewrite rows in place. Each chunk is one transaction and one UPDATE; a
row changed meanwhile keeps its new value. Stopped at any point, it goes on where it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.views.decorators.debug import sensitive_variables

from . import cipher, second_factors
from .fields import EncryptedTextField
from .in_place import CHUNK, refuse_all_but_the_owner, write_in_place


@dataclass
class Rotated:
    """What happened to one table: rows rewritten, values that did not open and were left alone."""

    table: str
    rewritten: int = 0
    unreadable: int = 0  # tampered with, or under a key we do not hold


@dataclass(frozen=True)
class _Row:
    pk: Any
    old: list[bytes | None]
    new: list[bytes | None]


def encrypted_models() -> list[tuple[type[models.Model], list[EncryptedTextField]]]:
    """Every table of ours with encrypted columns, history tables among them."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        fields = [f for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
        if fields and model._meta.managed and not model._meta.proxy:
            found.append((model, fields))
    return found


def rotate(*, using: str = "owner", chunk: int = CHUNK) -> Iterator[Rotated]:
    """Rewrites table by table under the current key, answering after each.

    Processes that still hold the old FIELD_KEYS can neither read the new blobs nor stop writing
    old ones: restart them first, and run this again until nothing is rewritten.
    Raises NotTheOwner.
    """
    for model, fields in encrypted_models():
        table = _Table(model, fields, connections[using])
        refuse_all_but_the_owner(connections[using], table.result.table)
        yield table.rotate(chunk)
    yield Rotated("mfa_authenticator", *second_factors.rotate(using=using))


class _Table:
    """One table with its SQL, made once."""

    def __init__(
        self,
        model: type[models.Model],
        fields: list[EncryptedTextField],
        connection: BaseDatabaseWrapper,
    ) -> None:
        self.connection, self.fields = connection, fields
        self.result = Rotated(model._meta.db_table)
        quote = connection.ops.quote_name
        pk: Any = model._meta.pk
        row_key_field: Any = model._meta.get_field(fields[0].row_key)
        table, key, row_key = map(quote, (self.result.table, pk.column, row_key_field.column))
        columns = [quote(str(field.column)) for field in fields]
        # `substring`, because `get_byte` fails on the empty blob of an empty text.
        stale = " OR ".join(f"substring({c} FROM 1 FOR 1) NOT IN ('', %s)" for c in columns)
        order = f"ORDER BY {key} LIMIT %s"
        select = f"SELECT {key}, {row_key}, {', '.join(columns)} FROM {table} WHERE ({stale})"
        self.first, self.next = f"{select} {order}", f"{select} AND {key} > %s {order}"
        numbers = range(len(columns))
        assigned = ", ".join(
            f"{c} = CASE WHEN t.{c} = v.old{n} THEN v.new{n} ELSE t.{c} END"
            for n, c in zip(numbers, columns, strict=True)
        )
        unchanged = " OR ".join(f"t.{c} = v.old{n}" for n, c in zip(numbers, columns, strict=True))
        arrays = [f"%s::{pk.rel_db_type(connection)}[]", *["%s::bytea[]"] * 2 * len(columns)]
        names = ["pk", *(f"old{n}" for n in numbers), *(f"new{n}" for n in numbers)]
        self.update = (
            f"UPDATE {table} t SET {assigned}"
            f" FROM unnest({', '.join(arrays)}) AS v({', '.join(names)})"
            f" WHERE t.{key} = v.pk AND ({unchanged})"
        )

    def rotate(self, chunk: int) -> Rotated:
        last: Any = None
        while rows := self._read(last, chunk):
            last = rows[-1][0]
            changed = [row for row in map(self._reseal, rows) if any(row.new)]
            if changed:
                self._write(changed)
        return self.result

    def _read(self, last: Any, chunk: int) -> list[tuple[Any, ...]]:
        current = [bytes([cipher.current_key_id()])] * len(self.fields)
        with self.connection.cursor() as cursor:
            if last is None:
                cursor.execute(self.first, [*current, chunk])
            else:
                cursor.execute(self.next, [*current, last, chunk])
            return cursor.fetchall()

    @sensitive_variables()
    def _reseal(self, row: tuple[Any, ...]) -> _Row:
        """Old and new blob by column; None where nothing is to be done."""
        pk, row_key, *blobs = row
        old: list[bytes | None] = [None] * len(blobs)
        new: list[bytes | None] = [None] * len(blobs)
        for n, (field, blob) in enumerate(zip(self.fields, blobs, strict=True)):
            if not blob or blob[0] == cipher.current_key_id():
                continue
            context = f"{field.context}:{row_key}"
            try:
                new[n] = cipher.encrypt(cipher.decrypt(blob, context), context)
            except (cipher.Tampered, cipher.UnknownKey):
                self.result.unreadable += 1
            else:
                old[n] = bytes(blob)
        return _Row(pk, old, new)

    def _write(self, rows: list[_Row]) -> None:
        numbers = range(len(self.fields))
        arrays = [
            [row.pk for row in rows],
            *([row.old[n] for row in rows] for n in numbers),
            *([row.new[n] for row in rows] for n in numbers),
        ]
        self.result.rewritten += write_in_place(self.connection, self.update, arrays)
