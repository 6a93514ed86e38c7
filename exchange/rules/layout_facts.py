"""What the columns of a layout may stand for, and what is wrong between them, as values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from exchange.reading.headings import spellings

from .columns import Column, Kind
from .default_layouts import FEEDS

WITH_TABLE = (Kind.CODE, Kind.CODES)


@dataclass(frozen=True)
class Written:
    """A column as somebody typed it; `before`: the headings that it had already."""

    key: str
    headings: Sequence[str]
    before: Sequence[str] = ()


@cache
def facts_of(kind: str) -> dict[str, Column]:
    """Key → column of the first layout, of all facts that a kind of list knows. Do not change."""
    return {column.key: column for feed in FEEDS if feed.kind == kind for column in feed.columns}


@cache
def all_facts() -> dict[str, Column]:
    """The facts of all kinds; named as the first kind that knows one names it. Do not change."""
    found: dict[str, Column] = {}
    for feed in FEEDS:
        for column in feed.columns:
            found.setdefault(column.key, column)
    return found


def missing_of(kind: str, keys: Iterable[str]) -> list[Column]:
    """Columns without which no list of the kind can be read. A number or a birth date has to tell
    people of one name apart; the number stands for both.
    """
    facts, there = facts_of(kind), set(keys)
    missing = [fact for fact in facts.values() if fact.is_required and fact.key not in there]
    if facts and not there & {"id_number", "birth_date"}:
        missing += [fact for fact in facts.values() if fact.key == "id_number"]
    return missing


def doubled_headings(columns: Sequence[Written]) -> dict[int, list[str]]:
    """Index of a column → its new headings that another column has already, as they are read.

    A heading kept from before is left: the first column to claim it has it, as ever.
    """
    claims: dict[str, set[int]] = {}
    for index, column in enumerate(columns):
        for written in (*column.headings, column.key):
            claims.setdefault(_read(written), set()).add(index)
    found: dict[int, list[str]] = {}
    for index, column in enumerate(columns):
        known = {_read(written) for written in column.before}
        for written in column.headings:
            spelling = _read(written)
            if spelling not in known and len(claims[spelling]) > 1:
                found.setdefault(index, []).append(written)
    return found


def _read(written: str) -> str:
    return next(iter(spellings(written)), written)
