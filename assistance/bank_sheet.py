"""A process of its own that opens a spreadsheet, under limits of memory and time.

`python -m assistance.bank_sheet FILE` writes frames (`children.frames`): of each sheet, hidden ones
last, first (name, is hidden), then lists of its rows; a text among them is what is wrong with the
file, None its end. A cell is None, text, a number or a truth value; days are texts.
"""

import resource
import sys
from datetime import date
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from children.frames import frame

MAX_MEMORY = 1536 * 2**20
MAX_SECONDS = 240
BATCH = 500


def plain(cell: Any) -> Any:
    """As marshal can carry it."""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return cell if cell is None or isinstance(cell, str | int | float) else str(cell)


def write(path: str, out: IO[bytes]) -> None:
    try:
        with CalamineWorkbook.from_path(path) as book:
            known = list(enumerate(book.sheets_metadata))
            known.sort(key=lambda entry: entry[1].visible != SheetVisibleEnum.Visible)
            for index, about in known:
                try:
                    sheet = book.get_sheet_by_index(index)
                except CalamineError:
                    continue  # charts and macros have no cells
                frame((about.name, about.visible != SheetVisibleEnum.Visible), out)
                _write_rows(sheet, out)
            frame(None, out)
    except PasswordError:
        frame("PASSWORD", out)
    except MemoryError:
        frame("BOMB", out)
    except BaseException as error:  # the reader's own panics are not Exceptions
        if isinstance(error, BrokenPipeError | KeyboardInterrupt | SystemExit):
            raise
        frame("NO_SHEET", out)


def _write_rows(sheet: Any, out: IO[bytes]) -> None:
    batch = []
    for row in sheet.iter_rows():
        batch.append([plain(cell) for cell in row])
        if len(batch) == BATCH:
            frame(batch, out)
            batch = []
    frame(batch, out)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    try:
        write(sys.argv[1], sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.exit(0)
