"""Whom the good rows of a list mean. Until matching stands: by ID number and name alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.crypto.cipher import blind_index
from children.rules import ages

from .listing import Good


@dataclass(frozen=True, slots=True)
class Found:
    """`decision` is automatic, suggested or new."""

    decision: str
    child_id: int | None = None
    case_number: str = ""
    score: float = 0.0


def find_children(rows: Sequence[Good], today: date) -> list[Found | None]:
    """In the order of the rows; None for grown-up people whom no file knows."""
    known = _by_number(rows)
    return [_decide(good, known, today) for good in rows]


def _decide(good: Good, known: dict[str, Any], today: date) -> Found | None:
    row = known.get(good.facts.get("id_number", ""))
    if row is not None:
        child_id, case_number, name = row
        same = name == good.facts.get("name")
        return Found(
            "automatic" if same else "suggested", child_id, case_number, float(same) or 0.5
        )
    born = good.facts.get("birth_date")
    if born is not None and not ages.is_minor(born, today):
        return None
    return Found("new")


def _by_number(rows: Iterable[Good]) -> dict[str, Any]:
    hashes = {}
    for good in rows:
        number = good.facts.get("id_number")
        if number:
            hashes[blind_index(number, "id_number")] = number
    found: dict[str, Any] = {}
    for chunk in _chunks(list(hashes), 20_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id_number_hash, id, case_number, name FROM children_child"
                " WHERE id_number_hash = ANY(%s) AND merged_into_id IS NULL",
                [chunk],
            )
            for number_hash, child_id, case_number, name in cursor.fetchall():
                found[hashes[bytes(number_hash)]] = (child_id, case_number, name)
    return found


def _chunks(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
