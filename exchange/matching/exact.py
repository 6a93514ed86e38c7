"""The many rows that need no looking around.

A number that is registered, under the same name; or, without a number, name, birth date, sex and
village, where nobody in the county could be meant instead. Joins by equal values over the whole
list; whatever disagrees in anything goes the long way, which decides the same and more.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from accounts.crypto.cipher import blind_index_of
from exchange.models.copy_text import NULL, text
from exchange.rules.match import Decision, Ground, Thresholds
from exchange.rules.match_name import cleaned
from exchange.rules.match_number import canonical
from exchange.rules.match_score import Pattern, Weights

from .register import Register
from .result import Candidate, Match
from .sought import Sought

_TABLE = """
DROP TABLE IF EXISTS match_exact;
CREATE TEMP TABLE match_exact (row int, hash bytea, name text COLLATE "C", birth date)
    ON COMMIT DROP
"""
_BY_NUMBER = """
SELECT s.row, c.id, c.case_number, s.birth IS NOT NULL
  FROM match_exact s JOIN {table} c ON c.id_number_hash = s.hash
 WHERE c.name = s.name AND c.merged_into_id IS NULL
   AND (s.birth IS NULL OR s.birth = c.birth_date)
"""
_NAMED_TABLE = """
DROP TABLE IF EXISTS match_named, match_named_child;
CREATE TEMP TABLE match_named (row int, name text COLLATE "C", birth date, sex text COLLATE "C",
    village text COLLATE "C", guardian text COLLATE "C") ON COMMIT DROP
"""
_BY_NAME = """
CREATE TEMP TABLE match_named_child ON COMMIT DROP AS
SELECT s.row, s.guardian, c.id, c.case_number, c.birth_date AS birth,
       c.residence_area_id AS village, c.first_character, c.residence_county, c.sound
  FROM match_named s JOIN {table} c ON c.birth_date = s.birth AND c.name = s.name
 WHERE c.sex = s.sex AND c.residence_area_id = s.village AND c.merged_into_id IS NULL;
ANALYZE match_named_child
"""
# Twins, and namesakes of the village: a question for the long way. Each is a join of its own, by
# equal values; joined by OR they would compare every pair.
_DOUBTFUL = (
    "c.birth_date = m.birth AND c.residence_area_id = m.village",
    "c.birth_date = m.birth AND c.first_character = m.first_character"
    " AND c.residence_county = m.residence_county",
    "c.birth_date = m.birth AND c.sound = m.sound",
    "c.residence_area_id = m.village AND c.sound = m.sound",
)
_SURE = """
SELECT m.row, m.id, m.case_number, m.guardian IS NOT NULL FROM match_named_child m
 WHERE m.row <> ALL (%s) AND (m.guardian IS NULL OR EXISTS (
    SELECT FROM children_guardianship s JOIN children_guardian g ON g.id = s.guardian_id
     WHERE s.child_id = m.id AND g.name COLLATE "C" = m.guardian))
"""
_BLOCK = 2_000  # lines
_VILLAGE = 12  # digits of its code
_CERTAIN = 1_000_000  # children, whatever the number: the score of such a row is a formality


class Told:
    """Rows as they go by, and what is joined of those that may need no looking around."""

    def __init__(self) -> None:
        self.numbered, self.named = _Blocks(), _Blocks()

    def passing(self, rows: Iterable[Sought]) -> Iterator[Sought]:
        hashed = blind_index_of("id_number")
        for one in rows:
            if one.name:
                if one.id_number:
                    born = one.birth_date.isoformat() if one.birth_date else NULL
                    number = hashed(canonical(one.id_number)).hex()
                    self.numbered.add(
                        f"{one.row}\t\\\\x{number}\t{text(cleaned(one.name))}\t{born}\n"
                    )
                elif one.birth_date and _is_plain(one):
                    guardian = text(cleaned(one.guardian_name)) or NULL
                    facts = f"{one.birth_date.isoformat()}\t{text(one.sex)}\t{text(one.area_code)}"
                    self.named.add(f"{one.row}\t{text(cleaned(one.name))}\t{facts}\t{guardian}\n")
            yield one


class _Blocks:
    """Lines for COPY: joined, a long list of them takes a third of the memory."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._lines: list[str] = []

    def add(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) == _BLOCK:
            self._join()

    def _join(self) -> None:
        self._blocks.append("".join(self._lines).encode())
        self._lines.clear()

    def copy_into(self, cursor: Any, table: str) -> None:
        self._join()
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for block in self._blocks:
                copy.write(block)
        self._blocks.clear()


def by_number(told: Told, thresholds: Thresholds, register: Register) -> dict[int, Match]:
    """`register`: of `register_for`."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        told.numbered.copy_into(cursor, "match_exact")
        cursor.execute("ANALYZE match_exact")
        cursor.execute(_BY_NUMBER.format(table=register.table))
        found = cursor.fetchall()
    patterns = {
        dated: Pattern(name="SAME", number="SAME", birth="SAME" if dated else None)
        for dated in (True, False)
    }
    return _automatic(found, Ground.NUMBER_AND_NAME, patterns, thresholds)


def by_name(told: Told, thresholds: Thresholds, register: Register) -> dict[int, Match]:
    """Rows with a number are left to the long way: it may be another child's."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED_TABLE)
        told.named.copy_into(cursor, "match_named")
        cursor.execute("ANALYZE match_named")
        cursor.execute(_BY_NAME.format(table=register.table))
        doubtful: set[int] = set()
        for condition in _DOUBTFUL:
            cursor.execute(
                "SELECT DISTINCT m.row FROM match_named_child m"
                f" JOIN {register.table} c ON {condition} WHERE c.id <> m.id"
            )
            doubtful.update(row for (row,) in cursor.fetchall())
        cursor.execute(_SURE, [list(doubtful)])
        found = cursor.fetchall()
    patterns = {
        guarded: Pattern(name="SAME", birth="SAME", sex="SAME", area="VILLAGE",
                         guardian="NAME" if guarded else None)
        for guarded in (True, False)
    }  # fmt: skip
    return _automatic(found, Ground.NAME_BIRTH_AND_FAMILY, patterns, thresholds)


def _is_plain(one: Sought) -> bool:
    return (
        bool(one.sex)
        and len(one.area_code) == _VILLAGE
        and not (one.id_number or one.guardian_id_number or one.parent_id_numbers)
    )


def _automatic(
    found: Iterable[tuple],
    ground: Ground,
    patterns: dict[bool, Pattern],
    thresholds: Thresholds,
) -> dict[int, Match]:
    """`found`: row, child, case number, and which of the patterns."""
    weights = Weights(_CERTAIN)
    scores = {key: weights.score(pattern) for key, pattern in patterns.items()}
    sure = {key: (score, patterns[key]) for key, score in scores.items()
            if score >= thresholds.automatic}  # fmt: skip
    automatic = Decision.AUTOMATIC
    return {
        row: Match(row, automatic, ground, (Candidate(child_id, case_number, *sure[key]),))
        for row, child_id, case_number, key in found
        if key in sure
    }
