"""The temporary tables that a list is looked up from; they live until the transaction ends."""

from collections.abc import Iterable, Iterator

from django.db import connection

from children.rules import names
from exchange.models.copy_text import NULL, text

from .sought import Person, surname_of

_TABLES = """
DROP TABLE IF EXISTS match_sought, match_name, match_number, match_phone, match_pair, match_child;
CREATE TEMP TABLE match_sought (
    row int, birth date, sex text COLLATE "C", area text COLLATE "C",
    township text COLLATE "C", guardian text COLLATE "C") ON COMMIT DROP;
CREATE TEMP TABLE match_name (
    row int, name text COLLATE "C", sound text COLLATE "C", surname text COLLATE "C",
    birth date, is_told boolean, is_numbered boolean, area text COLLATE "C",
    township text COLLATE "C", county text COLLATE "C",
    name_sort text COLLATE "C" GENERATED ALWAYS AS (sound || ' ' || name) STORED,
    sorted_from text COLLATE "C" GENERATED ALWAYS AS (sound || ' ') STORED,
    sorted_to text COLLATE "C" GENERATED ALWAYS AS (sound || '!') STORED,
    first_character text COLLATE "C" GENERATED ALWAYS AS (left(name, 1)) STORED,
    last_character text COLLATE "C" GENERATED ALWAYS AS (right(name, 1)) STORED,
    last_two text COLLATE "C" GENERATED ALWAYS AS (right(name, 2)) STORED,
    year int GENERATED ALWAYS AS (date_part('year', birth)::int) STORED,
    month int GENERATED ALWAYS AS (date_part('month', birth)::int) STORED,
    day int GENERATED ALWAYS AS (date_part('day', birth)::int) STORED) ON COMMIT DROP;
CREATE TEMP TABLE match_number (row int, hash bytea, is_own boolean) ON COMMIT DROP;
CREATE TEMP TABLE match_phone (row int, hash bytea) ON COMMIT DROP;
CREATE TEMP TABLE match_pair (row int, child_id bigint) ON COMMIT DROP;
"""
PART = 5_000  # rows
_COPIED = ("match_sought", "match_name", "match_number", "match_phone")
Blocks = tuple[bytes, ...]  # of rows for each of them, as COPY reads them


def fill(blocks: Iterable[Blocks]) -> int:
    """How many rows `match_name` holds. Part by part: a long list is never there whole."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        lines = 0
        for part in blocks:
            for table, block in zip(_COPIED, part, strict=True):
                if block:
                    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                        copy.write(block)
            lines += part[1].count(b"\n")
        cursor.execute(f"ANALYZE {', '.join(_COPIED)}")
    return lines


def blocks_of(people: Iterable[Person]) -> Blocks:
    """What `fill` copies; it asks the database nothing."""
    sought: list[str] = []
    named: list[str] = []
    numbers: list[str] = []
    phones: list[str] = []
    for one in people:
        row, born = one.row, one.birth_date.isoformat() if one.birth_date else NULL
        area, township, county = text(one.area_code), _part(one, 9), _part(one, 6)
        guardian = text(one.guardian_name) or NULL
        sought.append(f"{row}\t{born}\t{text(one.sex)}\t{area}\t{township}\t{guardian}\n")
        told = f"{born}\t{_said(one.has_own_birth)}\t{_said(one.is_numbered)}\t{area}"
        for name in _names(one):
            named.append(f"{row}\t{name}\t{told}\t{township}\t{county}\n")
        if one.number is not None:
            numbers.append(f"{row}\t\\\\x{one.number.hex()}\tt\n")
        for hash_ in {*one.repaired, *one.family}:
            numbers.append(f"{row}\t\\\\x{hash_.hex()}\tf\n")
        for hash_ in one.phones:
            phones.append(f"{row}\t\\\\x{hash_.hex()}\n")
    return tuple("".join(lines).encode() for lines in (sought, named, numbers, phones))


def _said(value: bool) -> str:
    return "t" if value else "f"


def _part(person: Person, digits: int) -> str:
    """Code of the township (9) or county (6), as far as the row says it."""
    code = person.area_code
    return text(code[:digits]) if len(code) >= digits else NULL


def _names(person: Person) -> Iterator[str]:
    """For each name and reading: as it is, as the registry sorts it, the surname as read."""
    for name in person.names:
        surnames = surname_of(name) or {""}
        written = text(name)
        for reading in names.readings(name) or [()]:
            sound = "'".join(reading)
            for surname in surnames:
                yield f"{written}\t{sound}\t{surname}"
