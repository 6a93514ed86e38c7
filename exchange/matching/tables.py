"""The temporary tables that a list is looked up from; they live until the transaction ends."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import connection

from children.rules import names
from exchange.models.copy_text import copy_rows

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
_PART = 5_000  # rows
_INDEXED = "ANALYZE match_sought, match_name, match_number, match_phone"


def fill(people: Iterable[Person]) -> int:
    """How many rows `match_name` holds. Part by part: a long list is never there whole."""
    lines, rest = 0, iter(people)
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        while part := list(islice(rest, _PART)):
            lines += _copy(cursor, part)
        cursor.execute(_INDEXED)
    return lines


def _copy(cursor: Any, people: list[Person]) -> int:
    named = [line for person in people for line in _names(person)]
    copy_rows(cursor, "COPY match_sought FROM STDIN", (
        (p.row, p.birth_date, p.sex, p.area_code, _part(p, 9), p.guardian_name or None)
        for p in people
    ))  # fmt: skip
    copy_rows(cursor, "COPY match_name FROM STDIN", named)
    copy_rows(
        cursor, "COPY match_number FROM STDIN", (line for p in people for line in _numbers(p))
    )
    copy_rows(
        cursor,
        "COPY match_phone FROM STDIN",
        ((p.row, hash_) for p in people for hash_ in p.phones),
    )
    return len(named)


def _part(person: Person, digits: int) -> str | None:
    """Code of the township (9) or county (6), as far as the row says it."""
    return person.area_code[:digits] if len(person.area_code) >= digits else None


def _names(person: Person) -> Iterable[tuple]:
    """A line for each name and reading: surname as read, and the whole as the registry sorts it."""
    for name in person.names:
        surnames = surname_of(name) or {""}
        for reading in names.readings(name) or [()]:
            for surname in surnames:
                yield (
                    person.row, name, "'".join(reading), surname, person.birth_date,
                    person.has_own_birth, person.is_numbered, person.area_code,
                    _part(person, 9), _part(person, 6),
                )  # fmt: skip


def _numbers(person: Person) -> Iterable[tuple]:
    if person.number is not None:
        yield person.row, person.number, True
    for hash_ in {*person.repaired, *person.family}:
        yield person.row, hash_, False
