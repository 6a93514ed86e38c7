"""Sheets of a file as streams of rows, whatever kind of spreadsheet it is."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from children.opened import Died, frames_of

from .container import MAX_COLUMNS, MAX_ROWS, FileKind, container_of
from .problems import FileProblem, Unreadable

Cell = Any  # None, str, int, float, bool, or a date as (year, month, day)
Row = list[Cell]
Range = tuple[tuple[int, int], tuple[int, int]]  # first and last cell, both counted from 0
_LINES_OF_CELLS = re.compile(r"[,\t;|][^\n\r]*[\n\r]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")
TEXT = "CSV"  # the only sheet of a text file, which has no name, is called so each time


@dataclass
class Sheet:
    """Rows come once, in order, with their number in the spreadsheet (from 1)."""

    name: str
    rows: Iterator[tuple[int, Row]]
    is_hidden: bool = False
    is_1904: bool = False
    merged: list[Range] = field(default_factory=list)


@contextmanager
def open_sheets(path: Path) -> Iterator[Iterator[Sheet]]:
    """Sheets one after the other; the rows of one end when the next is asked for.

    Raises Unreadable, also while rows are read.
    """
    container = container_of(path)
    if container.kind is FileKind.CSV:
        yield iter([Sheet(TEXT, _csv_rows(path))])
        return
    extras = ["extras"] if container.has_extras else []
    worker = frames_of("exchange.reading.worker", str(path.resolve()), container.kind, *extras)
    with worker as frames:
        yield _sheets(_checked(frames))


def _checked(frames: Iterator[Any]) -> Iterator[tuple[Any, ...]]:
    try:
        for frame in frames:
            if frame[0] == "problem":
                raise Unreadable(FileProblem(frame[1]), **frame[2])
            yield frame
            if frame[0] == "end":
                return
    except Died:
        raise Unreadable(FileProblem.UNPACKS_TOO_LARGE) from None


def _sheets(frames: Iterator[tuple[Any, ...]]) -> Iterator[Sheet]:
    waiting: list[tuple[Any, ...]] = [next(frames)]

    def rows() -> Iterator[tuple[int, Row]]:
        for frame in frames:
            if frame[0] != "rows":
                waiting.append(frame)
                return
            yield from enumerate(frame[2], frame[1])

    while waiting and waiting[-1][0] == "sheet":
        _, name, is_hidden, merged, is_1904 = waiting.pop()
        stream = rows()
        yield Sheet(name, stream, is_hidden, is_1904, merged)
        for _ in stream:  # what nobody wanted
            pass


def _csv_rows(path: Path) -> Iterator[tuple[int, Row]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(8192)
        file.seek(0)
        mark = _delimiter(start)
        reader = csv.reader(_without_nul(file), delimiter=mark, strict=True)
        number = width = 0
        try:
            for number, row in enumerate(reader, 1):
                if number > MAX_ROWS:
                    raise Unreadable(FileProblem.TOO_MANY_ROWS, found=number, limit=MAX_ROWS)
                if len(row) > MAX_COLUMNS:
                    found = len(row)
                    raise Unreadable(FileProblem.TOO_MANY_COLUMNS, found=found, limit=MAX_COLUMNS)
                if any(_holds_rows(cell, mark, width) for cell in row):
                    raise Unreadable(FileProblem.QUOTES, found=number)
                width = max(width, len(row))
                yield number, [_bare(cell) for cell in row]
        except csv.Error:
            raise Unreadable(FileProblem.QUOTES, found=number + 1) from None


def _holds_rows(cell: str, mark: str, width: int) -> bool:
    """A stray quotation mark makes one cell of all rows down to the next one."""
    return "\n" in cell and cell.count(mark) >= max(width - 1, 2)


def _bare(cell: str) -> str | None:
    """Without the ="…" that keeps spreadsheets from eating digits."""
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell or None


def _without_nul(file: io.TextIOBase) -> Iterator[str]:
    for line in file:
        if "\0" in line:
            raise Unreadable(FileProblem.NOT_A_SPREADSHEET)
        yield line


def _encoding(path: Path) -> str:
    """UTF-8 and UTF-16 with or without their mark, else GB18030; the whole file must fit."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    for encoding in (*_of_two_bytes(head), "utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(2**20):
                    decoder.decode(block)
                decoder.decode(b"", True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(FileProblem.ENCODING)


def _of_two_bytes(head: bytes) -> Iterator[str]:
    """UTF-16 without its mark. Of figures and commas one byte is nothing, always the first or
    always the second; and what is read so has lines and commas and nothing that no text has."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) <= 4 * min(first, second):  # 一 has one, too
        return
    encoding = "utf-16-be" if first > second else "utf-16-le"
    start = head[: len(head) // 2 * 2].decode(encoding, "replace")
    if _LINES_OF_CELLS.search(start) and not _NO_TEXT.search(start):
        yield encoding


def _delimiter(start: str) -> str:
    lines = start.splitlines()[:20]
    return max(",\t;|", key=lambda mark: max((line.count(mark) for line in lines), default=0))
