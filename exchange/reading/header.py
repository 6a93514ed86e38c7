"""The header among title rows: one line, or two and three lines under merged headings."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from .workbook import Cell, Range, Row

DEPTH = 40  # rows in which a header is looked for
LINES = 3
_NOISE = re.compile(r"[\s★☆*※#＊:：;；,，、。.·\-—_/\\\"'“”‘’|]+")
_BRACKETED = re.compile(r"[(\[{〔【《<].*?[)\]}〕】》>]")
_NUMBERED = re.compile(r"^[(]?[0-9]{1,2}(?:[)、.．]|(?=[^0-9]))")
_ABOUT_THE_CHILD = re.compile(
    r"^(?:困境|事实无人抚养|孤儿|留守|残疾|在册)?(?:儿童|学生|本人|个人|幼儿|基本|未成年人|残疾人|"
    r"人员|持证人|保障对象|对象)*(?:基本)?(?:信息|情况|资料|栏)*$"
)
_OF_A_GROUP = re.compile(r"(?:基本)?(?:信息|情况|资料|栏)$")


@dataclass(frozen=True)
class Header:
    first: int  # index of its first line among the rows given
    last: int
    columns: dict[int, str]  # index of the column → key
    written: dict[str, str]  # key → as the file calls it
    unknown: list[str] = field(default_factory=list)


@lru_cache(maxsize=4_000)
def spellings(text: str) -> tuple[str, ...]:
    """A heading as it is compared: without spaces, marks and numbers; with and without brackets."""
    text = unicodedata.normalize("NFKC", text).lower().strip()
    text = _NUMBERED.sub("", text.lstrip("★☆*※# "))
    found = dict.fromkeys(
        _NOISE.sub("", part)
        for part in (
            re.sub(r"[()\[\]{}〔〕【】《》<>]", "", text),
            _BRACKETED.sub("", text),
            *re.split(r"[\n(]", text),
        )
    )
    return tuple(part for part in found if part)


def vocabulary(headings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """`headings`: (written, key). The first to claim a spelling keeps it."""
    known: dict[str, str] = {}
    for written, key in headings:
        whole = spellings(written)
        if whole:
            known.setdefault(whole[0], key)
    return known


def find_header(
    rows: Sequence[Row], merged: Sequence[Range], known: Mapping[str, str]
) -> Header | None:
    """The lines that hold the most known headings, at least two; None when none do."""
    best: Header | None = None
    for first in range(len(rows)):
        if not any(isinstance(cell, str) for cell in rows[first]):
            continue
        for last in range(first, min(first + LINES, len(rows))):
            header = _read(rows, first, last, merged, known)
            if best is None or len(header.columns) > len(best.columns):
                best = header
    return best if best is not None and len(best.columns) >= 2 else None


def _read(
    rows: Sequence[Row], first: int, last: int, merged: Sequence[Range], known: Mapping[str, str]
) -> Header:
    lines = [
        _filled(rows[number], number, merged, number < last) for number in range(first, last + 1)
    ]
    width = max(map(len, lines))
    named: list[tuple[int, str, str, int]] = []
    unknown = []
    for column in range(width):
        parts = [line[column] for line in lines if column < len(line) and line[column]]
        texts = [str(part) for part in dict.fromkeys(parts)]
        if not texts:
            continue
        key, rank = _key_of(texts, known)
        if key:
            named.append((column, key, "".join(texts), rank))
        else:
            unknown.append(" ".join(texts))
    return _settled(first, last, named, unknown, set(known.values()))


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


def _key_of(texts: list[str], known: Mapping[str, str]) -> tuple[str | None, int]:
    """The key, and how sure: 2 for a heading that says whose it is, 1 for a plain one."""
    group, last = texts[:-1], texts[-1]
    above = [_group_name(text) for text in group]
    above = [text for text in above if text]
    for start in range(len(above)):
        for spelling in spellings(last):
            key = known.get("".join(above[start:]) + spelling)
            if key:
                return key, 2
    says_whose = above and any(word.startswith(above[-1]) for word in known)
    if says_whose:
        return None, 0
    for number, spelling in enumerate(spellings(last)):
        if spelling in known:
            about_child = bool(re.match("(?:困境|留守)?(?:儿童|学生|幼儿|本人)", spelling))
            return known[spelling], 2 if about_child or (number == 0 and len(group) > 0) else 1
    return None, 0


@lru_cache(maxsize=500)
def _group_name(text: str) -> str:
    """A group heading that qualifies its columns; empty for one that speaks of the child."""
    whole = (spellings(text) or ("",))[0]
    return "" if _ABOUT_THE_CHILD.fullmatch(whole) else _OF_A_GROUP.sub("", whole)


def _settled(
    first: int,
    last: int,
    named: list[tuple[int, str, str, int]],
    unknown: list[str],
    keys: set[str],
) -> Header:
    """One column for a key; a second «ID number» right of a guardian's name is the guardian's."""
    owners: dict[str, int] = {}
    for column, key, _text, rank in named:
        held = owners.get(key)
        if held is None or rank > next(r for c, _k, _t, r in named if c == held):
            owners[key] = column
    columns: dict[int, str] = {}
    written: dict[str, str] = {}
    person = ""
    for column, key, text, _rank in named:
        prefix, _, rest = key.partition("__")
        if owners[key] == column:
            person = prefix if rest else person
        elif person and f"{person}__{key}" in keys and f"{person}__{key}" not in owners:
            key = f"{person}__{key}"
            owners[key] = column
        else:
            unknown.append(text)
            continue
        columns[column], written[key] = key, text.strip().replace("\n", "")
    return Header(first, last, columns, written, unknown)
