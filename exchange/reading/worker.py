"""A process of its own that opens one spreadsheet (`children.opening`).

`python -m exchange.reading.worker FILE KIND [extras]` writes frames: ("sheet", name, is hidden,
merged ranges, is 1904), ("rows", number of the first, rows), ("problem", code, facts), ("end",). A
cell is None, text, an integer, a number, a truth value or a date as (year, month, day). «extras»:
the file is looked through for what the reader does not tell.
"""

import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any

from python_calamine import CalamineWorkbook

from children.opening import BATCH, Wrong, serve, sheets_of

from . import error_cells, ods_extras
from .container import MAX_COLUMNS, MAX_ROWS, FileKind
from .error_cells import Errors
from .problems import NOT_KEPT, FileProblem

EXACT = 10**15  # beyond it a spreadsheet no longer holds every digit
WRONG = {
    Wrong.PASSWORD: FileProblem.PASSWORD, Wrong.TOO_MUCH: FileProblem.UNPACKS_TOO_LARGE,
    Wrong.DAMAGED: FileProblem.DAMAGED,
}  # fmt: skip
Frame = tuple[Any, ...]


def plain(cell: Any) -> Any:
    """A cell as marshal can carry it."""
    kind = type(cell)
    if kind is str:
        return cell or None
    if kind is float:
        return int(cell) if cell.is_integer() and abs(cell) < EXACT else cell
    if kind is bool or kind is int:
        return cell
    if isinstance(cell, datetime | date):
        return (cell.year, cell.month, cell.day)
    return str(cell)


def frames(path: str, kind: FileKind, has_extras: bool) -> Iterator[Frame]:
    """Visible sheets first."""
    with CalamineWorkbook.from_path(path) as book:
        is_1904 = kind is FileKind.XLSX and _counts_from_1904(path)
        spans, errors = _beside(path, kind) if has_extras else ({}, {})
        for index, name, is_hidden, sheet in sheets_of(book):
            last = sheet.end or (-1, -1)  # counted from 0
            if last[0] >= MAX_ROWS:
                yield _refused(FileProblem.TOO_MANY_ROWS, last[0] + 1, MAX_ROWS)
                return
            if last[1] >= MAX_COLUMNS:
                yield _refused(FileProblem.TOO_MANY_COLUMNS, last[1] + 1, MAX_COLUMNS)
                return
            at = name if kind is FileKind.ODS else index
            merged = sheet.merged_cell_ranges or spans.get(at, [])
            yield ("sheet", name, is_hidden, list(merged), is_1904)
            yield from _rows(sheet, errors.get(at, {}))
    yield ("end",)


def _refused(problem: FileProblem, found: int, limit: int) -> Frame:
    return ("problem", problem.value, {"found": found, "limit": limit})


def _rows(sheet: Any, errors: Errors) -> Iterator[Frame]:
    number, batch = 1, []
    # Rows of nothing but formulas without a result lie behind what the reader takes for the end.
    behind = [index for index, row in errors.items() if NOT_KEPT in row.values()]
    blank: list[list[Any]] = [[]] * max(0, max(behind, default=-1) - (sheet.end or (-1, -1))[0])
    for index, row in enumerate(chain(sheet.iter_rows(), blank)):
        cells = [plain(cell) for cell in row]
        if index in errors:
            for column, shown in errors[index].items():
                cells += [None] * (column + 1 - len(cells))
                cells[column] = shown
        batch.append(cells)
        if len(batch) == BATCH:
            yield ("rows", number, batch)
            number, batch = number + BATCH, []
    if batch:
        yield ("rows", number, batch)


def _counts_from_1904(path: str) -> bool:
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return False
        text = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    return bool(re.search(r'date1904\s*=\s*"(1|true|on)"', text))


def _beside(path: str, kind: FileKind) -> tuple[dict[Any, Any], dict[Any, Errors]]:
    """Merged ranges and errors that the reader does not tell, by number or name of the sheet."""
    if kind is FileKind.XLSX:
        return {}, dict(enumerate(error_cells.in_xlsx(path)))
    if kind is FileKind.XLS:
        return {}, dict(enumerate(error_cells.in_xls(path)))
    extras = ods_extras.extras_of(path)
    spans = {name: spans for name, (spans, _errors) in extras.items()}
    return spans, {name: errors for name, (_spans, errors) in extras.items()}


def _wrong(what: Wrong) -> Frame:
    return ("problem", WRONG[what].value, {})


if __name__ == "__main__":
    serve(frames(sys.argv[1], FileKind(sys.argv[2]), "extras" in sys.argv[3:]), _wrong)
