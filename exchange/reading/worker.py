"""A process of its own that opens one spreadsheet, under limits of memory and time.

`python -m exchange.reading.worker FILE KIND [extras]` writes frames (`children.frames`):
("sheet", name, is hidden, merged ranges, is 1904), ("rows", number of the first, rows), ("problem",
code, facts), ("end",). A cell is None, text, an integer, a number, a truth value or a date as
(year, month, day). «extras»: the file is looked through for what the reader does not tell.
"""

import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from children.frames import frame

from . import error_cells, ods_extras
from .container import MAX_COLUMNS, MAX_ROWS, FileKind
from .error_cells import Errors
from .problems import FileProblem

MAX_MEMORY = 1536 * 2**20
MAX_SECONDS = 240
BATCH = 500
EXACT = 10**15  # beyond it a spreadsheet no longer holds every digit
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
        known = list(enumerate(book.sheets_metadata))
        known.sort(key=lambda entry: entry[1].visible != SheetVisibleEnum.Visible)
        for index, about in known:
            try:
                sheet = book.get_sheet_by_index(index)
            except CalamineError:
                continue  # charts and macros have no cells
            last = sheet.end or (-1, -1)  # counted from 0
            if last[0] >= MAX_ROWS:
                yield _refused(FileProblem.TOO_MANY_ROWS, last[0] + 1, MAX_ROWS)
                return
            if last[1] >= MAX_COLUMNS:
                yield _refused(FileProblem.TOO_MANY_COLUMNS, last[1] + 1, MAX_COLUMNS)
                return
            at = about.name if kind is FileKind.ODS else index
            merged = sheet.merged_cell_ranges or spans.get(at, [])
            hidden = about.visible != SheetVisibleEnum.Visible
            yield ("sheet", about.name, hidden, list(merged), is_1904)
            yield from _rows(sheet, errors.get(at, {}))
    yield ("end",)


def _refused(problem: FileProblem, found: int, limit: int) -> Frame:
    return ("problem", problem.value, {"found": found, "limit": limit})


def _rows(sheet: Any, errors: Errors) -> Iterator[Frame]:
    number, batch = 1, []
    for index, row in enumerate(sheet.iter_rows()):
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


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def write(path: str, kind: FileKind, has_extras: bool, out: IO[bytes]) -> None:
    try:
        for told in frames(path, kind, has_extras):
            frame(told, out)
    except PasswordError:
        frame(("problem", FileProblem.PASSWORD.value, {}), out)
    except MemoryError:
        frame(("problem", FileProblem.UNPACKS_TOO_LARGE.value, {}), out)
    except BaseException as error:  # the reader's own panics are not Exceptions
        if isinstance(error, BrokenPipeError | KeyboardInterrupt | SystemExit):
            raise
        frame(("problem", FileProblem.DAMAGED.value, {}), out)


if __name__ == "__main__":
    _limit()
    try:
        write(sys.argv[1], FileKind(sys.argv[2]), "extras" in sys.argv[3:], sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.exit(0)
