"""The header among title rows: one line, or two and three lines under merged headings."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .headings import Headings, Sureness
from .workbook import Cell, Range, Row

DEPTH = 40  # rows in which a header is looked for
LINES = 3


class _Named(NamedTuple):
    column: int
    key: str
    text: str
    sure: Sureness


@dataclass(frozen=True)
class Header:
    first: int  # index of its first line among the rows given
    last: int
    columns: dict[int, str]  # index of the column → key
    written: dict[str, str]  # key → as the file calls it
    unknown: list[str] = field(default_factory=list)
    qualified: int = 0  # columns that the group heading above them gives to somebody
    has_several: bool = False  # people of one kind beside each other in a row
    beside: int | None = None  # column of a second name that has a number of its own

    @property
    def quality(self) -> tuple[int, int, int]:
        """More columns, then more that need their group, then fewer lines: no title above."""
        return len(self.columns), self.qualified, self.first - self.last


def find_header(rows: Sequence[Row], merged: Sequence[Range], known: Headings) -> Header | None:
    """The lines that hold the most known headings, at least two; None when none do."""
    best: Header | None = None
    several: set[int] = set()  # last lines below groups of people whom the layout knows once
    for first in range(len(rows)):
        if not any(isinstance(cell, str) for cell in rows[first]):
            continue
        for last in range(first, min(first + LINES, len(rows))):
            header = _read(rows, first, last, merged, known)
            if header.has_several:
                several.add(last)
            if best is None or header.quality > best.quality:
                best = header
    if best is None or len(best.columns) < 2:
        return None
    return replace(best, has_several=True) if best.last in several else best


def _read(
    rows: Sequence[Row], first: int, last: int, merged: Sequence[Range], known: Headings
) -> Header:
    lines = [
        _filled(rows[number], number, merged, number < last) for number in range(first, last + 1)
    ]
    width = max(map(len, lines))
    named: list[_Named] = []
    unknown = []
    has_further = False
    for column in range(width):
        parts = [line[column] for line in lines if column < len(line) and line[column]]
        texts = [str(part) for part in dict.fromkeys(parts)]
        if not texts:
            continue
        key, sure = known.key_of(texts)
        if key:
            shown = texts[-2:] if sure is Sureness.BY_GROUP else texts[-1:]
            named.append(_Named(column, key, "".join(shown), sure))
        else:
            unknown.append(" ".join(texts))
            has_further = has_further or known.names_a_further(texts)
    header = _settled(first, last, named, unknown, known.keys)
    return replace(header, has_several=True) if has_further else header


def _filled(row: Row, number: int, merged: Sequence[Range], is_group: bool) -> list[Cell]:
    """With merged cells filled; a line of group headings reaches right to the next one."""
    cells = list(row)
    for (top, left), (_bottom, right) in merged:
        if top == number and left < len(cells):
            for column in range(left, min(right + 1, len(cells))):
                cells[column] = cells[left]
    if is_group and not any(top <= number <= bottom for (top, _), (bottom, _) in merged):
        held: Cell = None
        for column, cell in enumerate(cells):
            held = cell or held
            cells[column] = held
    return cells


def _settled(
    first: int, last: int, named: list[_Named], unknown: list[str], keys: frozenset[str]
) -> Header:
    """One column for a key; a second «ID number» right of a guardian's name is the guardian's."""
    best: dict[str, _Named] = {}
    for one in named:
        if one.key not in best or one.sure > best[one.key].sure:
            best[one.key] = one
    if later := _own_number(named, best):
        best["id_number"] = later
    owners = {key: one.column for key, one in best.items()}
    columns: dict[int, str] = {}
    written: dict[str, str] = {}
    person, qualified = "", 0
    again: set[str] = set()
    left: dict[str, int] = {}
    for column, key, text, sure in named:
        prefix, _, rest = key.partition("__")
        if owners[key] == column:
            person = prefix if rest else person
            qualified += sure is Sureness.BY_GROUP
        elif person and sure and (theirs := f"{person}__{key}") in keys and theirs not in owners:
            key = theirs
            owners[key] = column
        else:
            qualified += sure is Sureness.STRANGE
            again |= {key} if sure is best[key].sure is not Sureness.PLAIN else set()
            left.setdefault(key, column)
            unknown.append(text)
            continue
        columns[column], written[key] = key, text.strip().replace("\n", "")
    has_several = {"name", "id_number"} <= again
    beside = left["name"] if {"name", "id_number"} <= left.keys() else None
    return Header(first, last, columns, written, unknown, qualified, has_several, beside)


def _own_number(named: Sequence[_Named], best: dict[str, _Named]) -> _Named | None:
    """Where somebody else's name stands first (户主姓名, 身份证号, 姓名, 身份证号), the number
    beside it is theirs and the next one the child's."""
    name, first = best.get("name"), best.get("id_number")
    if name is None or first is None or first.column > name.column:
        return None
    if not any("__name" in one.key and one.column < first.column for one in named):
        return None
    return next(
        (
            one for one in named
            if one.key == "id_number" and one.column > name.column and one.sure == first.sure
        ),
        None,
    )  # fmt: skip
