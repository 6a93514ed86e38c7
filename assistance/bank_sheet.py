"""A process of its own that opens a bank's spreadsheet (`children.opening`).

`python -m assistance.bank_sheet FILE` writes frames: of each sheet, hidden ones last, first (name,
is hidden), then lists of its rows; a text among them is what is wrong with the file, None its end.
A cell is None, text, a number or a truth value; days are texts.
"""

import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

from python_calamine import CalamineWorkbook

from children.opening import BATCH, Wrong, serve, sheets_of

WRONG = {Wrong.PASSWORD: "PASSWORD", Wrong.TOO_MUCH: "BOMB", Wrong.DAMAGED: "NO_SHEET"}


def plain(cell: Any) -> Any:
    """As marshal can carry it."""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return cell if cell is None or isinstance(cell, str | int | float) else str(cell)


def frames(path: str) -> Iterator[Any]:
    with CalamineWorkbook.from_path(path) as book:
        for _index, name, is_hidden, sheet in sheets_of(book):
            yield (name, is_hidden)
            yield from _rows(sheet)
    yield None


def _rows(sheet: Any) -> Iterator[list[Any]]:
    batch = []
    for row in sheet.iter_rows():
        batch.append([plain(cell) for cell in row])
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


if __name__ == "__main__":
    serve(frames(sys.argv[1]), WRONG.__getitem__)
