"""Many rows at once: COPY into a temporary table, one INSERT … SELECT, true history rows.

Row-level security refuses COPY into the tables themselves.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zlib import crc32

from django.db import connection, models

from accounts.guard.install import history_model
from accounts.history_rows import signature, with_history

from .copy_text import copy_rows


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Keys for rows that are not there yet."""
    return next_ids_of([(model, count)])[0]


_NEXT = """(SELECT string_agg(nextval(s.name::regclass)::text, ' ')
    FROM (SELECT pg_get_serial_sequence(%s, 'id') AS name OFFSET 0) s, generate_series(1, %s))"""


def next_ids_of(wanted: Sequence[tuple[type[models.Model], int]]) -> list[list[int]]:
    """The same of several tables, asked for at once."""
    told = [value for model, count in wanted for value in (model._meta.db_table, count)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([_NEXT] * len(wanted))}", told)
        return [[int(key) for key in (keys or "").split()] for keys in cursor.fetchone()]


def sealed(
    model: type[models.Model], field: str, text: str, row_key: Any
) -> tuple[bytes, bytes | None]:
    """Ciphertext for the row of `row_key`, and the hash that finds it."""
    column: Any = model._meta.get_field(field)
    index: Any = model._meta.get_field(f"{field}_hash")
    return column.seal(text, row_key), index.hash_of(text)


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    by_id: int | None,
    now: datetime,
    reason: str,
    may_clash: bool = True,
) -> list[int]:
    """Keys of the rows that went in; those that a unique constraint refuses are left out.

    Rows that cannot clash with others are not `may_clash`: each would be looked up once more
    beforehand, and one that clashes after all raises IntegrityError.

    `columns` begin with the key. Whatever makes the `rows` must not ask the database: the
    connection is busy copying. In a transaction.
    """
    keys: list[int] = []
    with connection.cursor() as cursor:
        stage = staged(cursor, model, columns, _told(rows, keys))
        signed = {"by_id": by_id, "now": now, "reason": reason}
        return _moved(cursor, stage, model, columns, keys, may_clash, signed)


def insert_block(
    model: type[models.Model],
    columns: Sequence[str],
    block: bytes,
    keys: list[int],
    *,
    by_id: int | None,
    now: datetime,
    reason: str,
    may_clash: bool = True,
    stage: str = "",
) -> list[int]:
    """The same of lines for COPY, joined already, and the keys of their rows. `stage`: of
    `stage_of`; it is empty again then."""
    with connection.cursor() as cursor:
        through = stage or _stage(cursor, model, columns)
        with cursor.copy(f"COPY {through} ({_names(columns)}) FROM STDIN") as copy:
            copy.write(block)
        signed = {"by_id": by_id, "now": now, "reason": reason}
        return _moved(cursor, through, model, columns, keys, may_clash, signed, empties=bool(stage))


def stage_of(model: type[models.Model], columns: Sequence[str]) -> str:
    """What `insert_block` goes through, for one part after the other: each question less lets the
    server wait less. Gone with the savepoint in which it was made."""
    with connection.cursor() as cursor:
        return _stage(cursor, model, columns)


def staged(
    cursor: Any, model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> str:
    """A temporary table of these columns that holds the `rows`, until the next are asked for."""
    stage = _stage(cursor, model, columns)
    copy_rows(cursor, f"COPY {stage} ({_names(columns)}) FROM STDIN", rows)
    return stage


def _stage(cursor: Any, model: type[models.Model], columns: Sequence[str]) -> str:
    """An empty temporary table of these columns. The parts of a list find the one of the part
    before: to make and to drop one takes the server as long as a hundred rows."""
    names, source = _names(columns), model._meta.db_table
    stage = f"pg_temp.import_{crc32(f'{source} {names}'.encode()):08x}"
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {stage} ON COMMIT DROP AS"
        f" SELECT {names} FROM {source} WITH NO DATA; TRUNCATE {stage}"
    )
    return stage


def _moved(
    cursor: Any, stage: str, model: type[models.Model], columns: Sequence[str], keys: list[int],
    may_clash: bool, signed: dict[str, Any], empties: bool = False,
) -> list[int]:  # fmt: skip
    """The keys of the rows that went in from the stage, with their history."""
    names = _names(columns)
    insert = f"INSERT INTO {model._meta.db_table} ({names}) SELECT {names} FROM {stage}"
    if may_clash:
        insert += " ON CONFLICT DO NOTHING"
    told = '"id"' if may_clash else ""
    then = f"; TRUNCATE {stage}" if empties else ""
    if history_model(model) is not None:
        statement = with_history(model, insert, returning=told)
        cursor.execute(statement + then, signature("+", **signed))
    else:
        cursor.execute((f"{insert} RETURNING {told}" if told else insert) + then)
    return [key for (key,) in cursor.fetchall()] if may_clash else keys


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _told(rows: Iterable[Sequence[Any]], keys: list[int]) -> Iterator[Sequence[Any]]:
    for row in rows:
        keys.append(row[0])
        yield row
