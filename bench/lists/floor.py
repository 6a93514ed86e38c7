"""The least that the same work may cost: reading, COPY, set-based inserts, hash joins."""

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from python_calamine import CalamineWorkbook

_COLUMNS = """SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""


class Written(NamedTuple):
    """Rows of one table as COPY gives them."""

    table: str
    columns: str
    data: list[bytes]


def last_keys(cursor: Any) -> dict[tuple[str, str], int]:
    """Of each table of records that history follows, and of its history: the last key."""
    from django.apps import apps

    from accounts.guard.install import history_model

    found = {}
    for model in apps.get_app_config("children").get_models():
        history = history_model(model)
        for one in (model, history) if history else ():
            table, column = one._meta.db_table, one._meta.pk.column
            cursor.execute(f"SELECT coalesce(max({column}), 0) FROM {table}")
            found[table, column] = cursor.fetchone()[0]
    return found


def written_since(cursor: Any, keys: dict[tuple[str, str], int]) -> list[Written]:
    found = []
    for (table, column), last in keys.items():
        cursor.execute(_COLUMNS, [table])
        columns = cursor.fetchone()[0]
        rows = f"SELECT {columns} FROM {table} WHERE {column} > {last}"
        with cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
            data = list(_joined(copy))
        if data:
            found.append(Written(table, columns, data))
    return found


def _joined(copy: Any) -> Iterator[bytes]:
    """Blocks of many rows: one by one they would be slower to write than they need be."""
    rows = iter(copy)
    while block := b"".join(islice(rows, 2_000)):
        yield block


def import_floor(server: psycopg.Connection, path: Path, written: list[Written]) -> float:
    """Seconds: the file read, and the same rows copied in and inserted as they are, no trigger
    asked and nothing checked but unique keys."""
    with server.transaction(force_rollback=True):
        server.execute("SET LOCAL session_replication_role = replica")
        start = time.perf_counter()
        with CalamineWorkbook.from_path(str(path)) as book:
            for _row in book.get_sheet_by_index(0).iter_rows():
                pass
        for table, columns, data in written:
            server.execute(f"CREATE TEMP TABLE floor_rows AS SELECT {columns} FROM {table} LIMIT 0")
            with server.cursor().copy(f"COPY floor_rows ({columns}) FROM STDIN") as copy:
                for block in data:
                    copy.write(block)
            server.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM floor_rows")
            server.execute("DROP TABLE floor_rows")
        return time.perf_counter() - start


def joins_floor(server: psycopg.Connection, rows: list[tuple]) -> tuple[float, int]:
    """Seconds of a COPY of (row, hash, name, birth date) and two joins; how many were found."""
    with server.transaction(force_rollback=True):
        start = time.perf_counter()
        server.execute("CREATE TEMP TABLE floor_list (row int, hash bytea, name text, birth date)")
        with server.cursor().copy("COPY floor_list FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["int4", "bytea", "text", "date"])
            for row in rows:
                copy.write_row(row)
        server.execute("ANALYZE floor_list")
        found = len(server.execute(
            "SELECT l.row, c.id, c.case_number FROM floor_list l"
            " JOIN children_child c ON c.id_number_hash = l.hash"
        ).fetchall())  # fmt: skip
        found += len(server.execute(
            "SELECT l.row, c.id, c.case_number FROM floor_list l JOIN children_child c"
            " ON c.name = l.name AND c.birth_date = l.birth WHERE l.hash IS NULL"
        ).fetchall())  # fmt: skip
        return time.perf_counter() - start, found
