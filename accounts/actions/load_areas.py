"""Administrative divisions from files into the table: set-based, repeatable, nothing deleted."""

import csv
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts import place_names
from accounts.models import AreaLevel


class Unreadable(Exception):
    """The file is not one of the five layouts; the message names it."""


@dataclass
class Loaded:
    read: int = 0
    added: int = 0
    changed: int = 0
    ended: int = 0


def files_in(places: Iterable[Path]) -> list[Path]:
    """Files given, and those of folders, .csv or .csv.xz."""
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            found += sorted(p for p in place.iterdir() if p.name.endswith((".csv", ".csv.xz")))
        else:
            found.append(place)
    return found


def _rows(path: Path, within: str) -> Iterator[tuple[str, str]]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:  # type: ignore[operator]
        reader = csv.reader(file)
        head = next(reader, [])
        if head[:2] != ["code", "name"]:
            raise Unreadable(f"{path.name}: the first two columns must be «code» and «name».")
        for line, row in enumerate(reader, 2):
            if len(row) < 2 or not row[0].isdigit() or len(row[0]) not in AreaLevel.values:
                raise Unreadable(f"{path.name}, line {line}: no code of a known length.")
            code = row[0]
            if code.startswith(within) or within.startswith(code):
                yield code, row[1].strip()


@transaction.atomic
def load_areas(*, files: Iterable[Path], within: str = "", on: date) -> Loaded:
    """Load all or, `within` a code, that area with its parents and all below it.

    Renamed areas are updated. Areas of a level that was read, inside `within`, that the files no
    longer hold get `valid_to` = `on`; those that come back lose it. Raises Unreadable.
    """
    loaded = Loaded()
    levels: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.fresh_area")
        cursor.execute(
            'CREATE TEMP TABLE fresh_area (code text COLLATE "C" PRIMARY KEY, name text,'
            " search_keys text[]) ON COMMIT DROP"
        )
        with cursor.copy("COPY fresh_area (code, name, search_keys) FROM STDIN") as copy:
            for path in files:
                for code, name in _rows(path, within):
                    known = list(place_names.keys(name)) if len(code) <= 9 else []
                    copy.write_row((code, name, known))
                    levels.add(len(code))
                    loaded.read += 1
        cursor.execute("ANALYZE fresh_area")
        cursor.execute(
            "UPDATE accounts_area a SET name = f.name, search_keys = f.search_keys, valid_to = NULL"
            " FROM fresh_area f WHERE a.code = f.code"
            " AND (a.name, a.search_keys) IS DISTINCT FROM (f.name, f.search_keys)"
            " OR a.code = f.code AND a.valid_to IS NOT NULL"
        )
        loaded.changed = cursor.rowcount
        cursor.execute(_INSERT)
        loaded.added = cursor.rowcount
        _refuse_orphans(cursor)
        cursor.execute(
            "UPDATE accounts_area a SET valid_to = %s WHERE a.valid_to IS NULL"
            " AND a.level = ANY(%s) AND a.code LIKE %s AND a.level > %s"
            " AND NOT EXISTS (SELECT 1 FROM fresh_area f WHERE f.code = a.code)",
            [on, list(levels), f"{within}%", len(within)],
        )
        loaded.ended = cursor.rowcount
    return loaded


def _refuse_orphans(cursor: CursorWrapper) -> None:
    cursor.execute(
        "SELECT a.code FROM accounts_area a JOIN fresh_area f ON f.code = a.code"
        " LEFT JOIN accounts_area p ON p.code = a.parent_id"
        " WHERE a.parent_id IS NOT NULL AND p.code IS NULL ORDER BY a.code LIMIT 1"
    )
    for (code,) in cursor.fetchall():
        raise Unreadable(f"{code}: the division above it is neither in the files nor loaded.")


# The parent is the longest code above that exists: cities without counties have none between.
_INSERT = """
INSERT INTO accounts_area (code, name, level, parent_id, search_keys)
SELECT f.code, f.name, length(f.code),
       CASE length(f.code)
            WHEN 2 THEN NULL WHEN 4 THEN left(f.code, 2) WHEN 6 THEN left(f.code, 4)
            WHEN 9 THEN left(f.code, 6) ELSE left(f.code, 9) END,
       f.search_keys
FROM fresh_area f
WHERE NOT EXISTS (SELECT 1 FROM accounts_area a WHERE a.code = f.code)
ORDER BY length(f.code), f.code
"""
