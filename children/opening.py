"""A process of its own that opens a spreadsheet of strangers, under limits of memory and time.

Imports nothing of the application: it is small and starts quickly. `children.opened` starts one.
"""

import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from .frames import frame

MAX_MEMORY = 1536 * 2**20
MAX_SECONDS = 240
BATCH = 500  # rows in a frame


class Wrong(StrEnum):
    PASSWORD = "PASSWORD"
    TOO_MUCH = "TOO_MUCH"  # memory
    DAMAGED = "DAMAGED"


def sheets_of(book: CalamineWorkbook) -> Iterator[tuple[int, str, bool, Any]]:
    """Number in the book, name, whether it is hidden, cells; visible ones first."""
    known = list(enumerate(book.sheets_metadata))
    known.sort(key=lambda entry: entry[1].visible != SheetVisibleEnum.Visible)
    for index, about in known:
        try:
            sheet = book.get_sheet_by_index(index)
        except CalamineError:
            continue  # charts and macros have no cells
        yield index, about.name, about.visible != SheetVisibleEnum.Visible, sheet


def serve(frames: Iterable[Any], wrong: Callable[[Wrong], Any]) -> None:
    """All frames to the output; where the file cannot be read, `wrong` makes the last one."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    out = sys.stdout.buffer
    try:
        try:
            for one in frames:
                frame(one, out)
        except PasswordError:
            frame(wrong(Wrong.PASSWORD), out)
        except MemoryError:
            frame(wrong(Wrong.TOO_MUCH), out)
        except BaseException as error:  # the reader's own panics are not Exceptions
            if isinstance(error, BrokenPipeError | KeyboardInterrupt | SystemExit):
                raise
            frame(wrong(Wrong.DAMAGED), out)
        out.flush()
    except BrokenPipeError:
        sys.exit(0)
