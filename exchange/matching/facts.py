"""What the registry knows of each candidate, pair by pair in the order of the rows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from .register import CHILDREN, Register

# Earlier names are asked for where a number agrees and the name does not: a name that was changed.
_CHILDREN = """
CREATE TEMP TABLE match_child ON COMMIT DROP AS
SELECT DISTINCT child_id AS id, ARRAY[]::text[] AS names, ARRAY[]::bytea[] AS numbers,
       ARRAY[]::text[] AS guardians, ARRAY[]::bytea[] AS family, ARRAY[]::bytea[] AS phones,
       ARRAY[]::bigint[] AS carers
  FROM match_pair;
ANALYZE match_child;
UPDATE match_child m SET guardians = f.guardians, family = f.family, phones = f.phones,
       carers = f.carers
  FROM (SELECT s.child_id, array_agg(DISTINCT g.name::text) AS guardians,
               array_agg(g.id) AS carers,
               array_agg(g.id_number_hash) FILTER (WHERE g.id_number_hash IS NOT NULL) AS family,
               array_agg(g.phone_hash) FILTER (WHERE g.phone_hash IS NOT NULL) AS phones
          FROM children_guardianship s JOIN children_guardian g ON g.id = s.guardian_id
         WHERE s.child_id IN (SELECT id FROM match_child) GROUP BY s.child_id) f
 WHERE f.child_id = m.id;
UPDATE match_child m SET names = f.names, numbers = f.numbers
  FROM (SELECT merged_into_id, array_agg(DISTINCT name::text) AS names,
               array_agg(id_number_hash) FILTER (WHERE id_number_hash IS NOT NULL) AS numbers
          FROM children_child WHERE merged_into_id IS NOT NULL GROUP BY merged_into_id) f
 WHERE f.merged_into_id = m.id;
UPDATE match_child m SET names = m.names || f.names
  FROM (SELECT h.id, array_agg(DISTINCT h.name::text) AS names FROM children_historicalchild h
         WHERE h.id IN (SELECT child_id FROM match_owner) GROUP BY h.id) f
 WHERE f.id = m.id;
ANALYZE match_child;
"""
_PAIRS = """
SELECT DISTINCT p.row, c.id, c.case_number, c.name, c.birth_date, c.sex, c.id_number_hash,
       c.residence_area_id, c.hukou_area_id, c.managing_area_id, c.phone_hash,
       m.names, m.numbers, m.guardians, m.family, m.phones, m.carers
  FROM match_pair p JOIN children_child c ON c.id = p.child_id JOIN match_child m ON m.id = c.id
 ORDER BY p.row, c.id
"""


class Known(NamedTuple):
    """A candidate of a row, as stored; the arrays are of merged files, guardians and the past."""

    child_id: int
    case_number: str
    name: str
    birth_date: date
    sex: str
    number: bytes | None
    residence: str
    hukou: str | None
    managing: str
    phone: bytes | None
    other_names: list[str]
    other_numbers: list[bytes] | None
    guardians: list[str]
    family: list[bytes] | None
    phones: list[bytes] | None
    carers: list[int]


def pairs() -> Iterator[tuple[int, Known]]:
    """(row, candidate), in the order of the rows, without holding them all."""
    with connection.cursor() as cursor:
        cursor.execute(_CHILDREN)
    with connection.chunked_cursor() as cursor:
        cursor.execute(_PAIRS)
        while found := cursor.fetchmany(2_000):
            for row, *facts in found:
                yield row, Known(*facts)


@dataclass(frozen=True)
class Registry:
    """What chance alone would make agree: sizes, and how often a name occurs."""

    children: int
    same_village: float
    same_township: float
    same_county: float
    namesakes: dict[str, int]


_PLACES = """
SELECT sum(n), sum(n * n), (SELECT sum(t * t) FROM (
    SELECT sum(n) AS t FROM places GROUP BY left(code, 9)) towns), (SELECT sum(t * t) FROM (
    SELECT sum(n) AS t FROM places GROUP BY left(code, 6)) counties)
  FROM places
"""


_LARGE = 50_000  # children: counting them for every form would be felt, and nothing else would
_KEPT_FOR = 600  # seconds
_sizes: list[tuple[float, list[float]]] = []  # of a large registry: when counted, and the sums


def _counted(cursor: Any, table: str) -> list[float]:
    if _sizes and time.monotonic() - _sizes[0][0] < _KEPT_FOR:
        return _sizes[0][1]
    cursor.execute(
        "WITH places AS (SELECT residence_area_id AS code, count(*) AS n"
        f" FROM {table} c WHERE merged_into_id IS NULL GROUP BY 1) {_PLACES}"
    )
    found = [float(value or 0) for value in cursor.fetchone()]
    _sizes[:] = [(time.monotonic(), found)] if found[0] >= _LARGE else []
    return found


_NAMESAKES = """
SELECT c.name, count(*) FROM {table} c WHERE EXISTS (SELECT FROM match_name n WHERE {same_name})
 GROUP BY c.name
"""


def registry(register: Register = CHILDREN) -> Registry:
    with connection.cursor() as cursor:
        count, *squares = _counted(cursor, register.table)
        cursor.execute(_NAMESAKES.format(**register._asdict()))
        namesakes = dict(cursor.fetchall())
    village, town, county = (square / max(count, 1) ** 2 for square in squares)
    return Registry(int(count), village, town, county, namesakes)
