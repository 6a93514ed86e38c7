"""A process of its own that opens one spreadsheet, under limits of memory and time.

`python -m exchange.reading.worker FILE KIND [errors]` writes marshalled frames to its output:
("sheet", name, is hidden, merged ranges, is 1904), ("rows", number of the first, rows), ("problem",
code, facts), ("end",). A cell is None, text, an integer, a number, a truth value or a date as
(year, month, day). «errors»: the .xlsx is looked through for cells with errors of formulas.
"""

import marshal
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from . import error_cells
from .container import MAX_COLUMNS, MAX_ROWS, FileKind
from .error_cells import Errors
from .problems import FileProblem

MAX_MEMORY = 1536 * 2**20
MAX_SECONDS = 240
BATCH = 500
EXACT = 10**15  # beyond it a spreadsheet no longer holds every digit
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
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


def frames(path: str, kind: FileKind, has_errors: bool) -> Iterator[Frame]:
    """Visible sheets first."""
    with CalamineWorkbook.from_path(path) as book:
        is_1904 = kind is FileKind.XLSX and _counts_from_1904(path)
        spans, errors = _beside(path, kind, has_errors)
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
            merged = sheet.merged_cell_ranges or _at(spans, index, [])
            hidden = about.visible != SheetVisibleEnum.Visible
            yield ("sheet", about.name, hidden, list(merged), is_1904)
            yield from _rows(sheet, _at(errors, index, {}))
    yield ("end",)


def _refused(problem: FileProblem, found: int, limit: int) -> Frame:
    return ("problem", problem.value, {"found": found, "limit": limit})


def _at(found: list[Any], index: int, otherwise: Any) -> Any:
    return found[index] if index < len(found) else otherwise


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


def _beside(path: str, kind: FileKind, has_errors: bool) -> tuple[list[Any], list[Errors]]:
    """What the reader does not tell: merged ranges of .ods, errors of formulas."""
    if kind is FileKind.XLSX:
        return [], error_cells.in_xlsx(path) if has_errors else []
    if kind is FileKind.XLS:
        return [], error_cells.in_xls(path)
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml")
    if not re.search(rb'number-(rows|columns)-spanned="([2-9]|\d\d)|value-type="error"', content):
        return [], []
    tables = list(ElementTree.fromstring(content).iter(f"{_TABLE}table"))
    found = [_in_table(table) for table in tables]
    return [spans for spans, _ in found], [errors for _, errors in found]


def _in_table(table: ElementTree.Element) -> tuple[list[Any], Errors]:
    """Merged ranges, and errors of formulas."""
    spans: list[Any] = []
    errors: Errors = {}
    number = 0
    for row in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in row:
            repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
            across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
            if down > 1 or across > 1:
                spans.append(((number, column), (number + down - 1, column + across - 1)))
            if cell.get(_ERROR_TYPE) == "error":
                shown = "".join(cell.itertext()).strip() or "#N/A"
                for one in range(column, min(column + repeated, MAX_COLUMNS)):
                    errors.setdefault(number, {})[one] = shown
            column += repeated
        number += int(row.get(f"{_TABLE}number-rows-repeated", "1"))
    return spans, errors


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def write(path: str, kind: FileKind, has_errors: bool, out: IO[bytes]) -> None:
    try:
        for frame in frames(path, kind, has_errors):
            marshal.dump(frame, out)
    except PasswordError:
        marshal.dump(("problem", FileProblem.PASSWORD.value, {}), out)
    except MemoryError:
        marshal.dump(("problem", FileProblem.UNPACKS_TOO_LARGE.value, {}), out)
    except BaseException as error:  # the reader's own panics are not Exceptions
        if isinstance(error, BrokenPipeError | KeyboardInterrupt | SystemExit):
            raise
        marshal.dump(("problem", FileProblem.DAMAGED.value, {}), out)


if __name__ == "__main__":
    _limit()
    try:
        write(sys.argv[1], FileKind(sys.argv[2]), "errors" in sys.argv[3:], sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.exit(0)
