"""Files to the bank and back: written line by line, read whatever the bank has sent.

Held in memory is one line of a written file, and some of a read one.
"""

import codecs
import csv
import hashlib
import tempfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

from assistance.rules.answer_upload import Trouble
from assistance.rules.bank_layout import (
    FIXED,
    Layout,
    Payment,
    control_line,
    fixed_line,
    row,
)
from assistance.rules.bank_return import Sheet
from children.actions.document import Refused, office_type
from children.frames import frame, framed
from children.opened import Died, frames_of
from children.xlsx import Sheet as Written
from children.xlsx import write_book

MOST_BYTES = 80 * 2**20  # of an answer as it comes: more than a million lines
PART = 2**20
BATCH = 5_000
ENCODINGS = ("utf-8-sig", "gb18030")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
REFUSED = {"BOMB": Trouble.BOMB, "MACRO": Trouble.MACRO}


class Unreadable(ValueError):
    """The file as a whole cannot be taken."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def write(layout: Layout, payments: Iterable[Payment]) -> tuple[IO[bytes], int, Decimal]:
    """A temporary file from its start, with the count and the sum of what stands in it.

    Raises DoesNotFit. The spreadsheet's last line holds count and sum, too.
    """
    counted: list[Any] = [0, Decimal(0)]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - gone when it is closed
    if layout.kind == FIXED:
        for number, payment in enumerate(_counting(payments, counted), start=1):
            file.write(fixed_line(layout, payment, number) + b"\r\n")
        file.write(control_line(*counted) + b"\r\n")
    else:
        heads = [column.heading or column.field for column in layout.columns]
        rows = _rows(layout, payments, counted)
        write_book(file, [Written("1", heads, rows, quotes_formulas=False)])
    file.seek(0)
    return file, counted[0], counted[1]


def _counting(payments: Iterable[Payment], counted: list[Any]) -> Iterator[Payment]:
    for payment in payments:
        counted[0] += 1
        counted[1] += payment.amount
        yield payment


def _rows(
    layout: Layout, payments: Iterable[Payment], counted: list[Any]
) -> Iterator[Sequence[str]]:
    for number, payment in enumerate(_counting(payments, counted), start=1):
        yield row(layout, payment, number)
    columns = len(layout.columns)
    total = [f"合计 {counted[0]} 笔", *[""] * (columns - 2), f"{counted[1]:.2f}"]
    yield total[-columns:]


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# What the bank sends back -------------------------------------------------------------------------


def look_at(file: IO[bytes], size: int) -> None:
    """What is wrong with it, as far as its beginning tells. Raises Unreadable."""
    if not size:
        raise Unreadable(Trouble.EMPTY)
    if size > MOST_BYTES:
        raise Unreadable(Trouble.TOO_LARGE)
    file.seek(0)
    start = file.read(PART)
    if start.startswith(ZIP):
        try:
            office_type(file, size)
        except Refused as refused:
            raise Unreadable(REFUSED.get(refused.code, Trouble.NO_SHEET)) from None
    elif not start.startswith(OLE):
        encoding_of(file, of_its_beginning=True)


def sheets(path: Path) -> Iterator[Sheet]:
    """All of a spreadsheet, hidden ones too; of a text parted by tabs, commas or bars its only one,
    which has no name. The rows of one end when the next is asked for.

    Raises Unreadable, also while rows are read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        look_at(file, size)
        file.seek(0)
        start = file.read(4)
    return _sheets(path) if start in (ZIP, OLE) else iter([Sheet("", _text_rows(path))])


def _sheets(path: Path) -> Iterator[Sheet]:
    """Read by a process of its own: what takes too much memory or time ends there."""
    found = _frames(path)
    waiting = list(islice(found, 1))

    def rows() -> Iterator[Sequence[object]]:
        for told in found:
            if isinstance(told, tuple):
                waiting.append(told)
                return
            yield from told

    while waiting:
        name, is_hidden = waiting.pop()
        stream = rows()
        yield Sheet(name, stream, is_hidden)
        for _row in stream:  # what nobody wanted
            pass


def _frames(path: Path) -> Iterator[Any]:
    """Name and whether it is hidden, of each sheet; lists of its rows."""
    try:
        with frames_of("assistance.bank_sheet", str(path.resolve())) as frames:
            for found in frames:
                if found is None:
                    return
                if isinstance(found, str):
                    raise Unreadable(Trouble(found))
                yield found
    except Died:
        raise Unreadable(Trouble.BOMB) from None


def encoding_of(file: IO[bytes], *, of_its_beginning: bool = False) -> str:
    """In which a text is written. The whole of it must fit: in GB18030 it may begin with digits for
    a long time. Raises Unreadable.
    """
    file.seek(0)
    # «Unicode text» of a spreadsheet has its mark; else the usual ones.
    is_marked = file.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
    for encoding in ("utf-16",) if is_marked else ENCODINGS:
        reader = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while part := file.read(PART):
                if "\x00" in reader.decode(part):
                    raise Unreadable(Trouble.NO_SHEET)
                if of_its_beginning and len(part) == PART:
                    return encoding
            reader.decode(b"", True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(Trouble.NO_SHEET)


def _text_rows(path: Path) -> Iterator[Sequence[str]]:
    with path.open("rb") as content:
        encoding = encoding_of(content)
    with path.open(encoding=encoding, newline="") as file:
        head = "".join(line for line, _n in zip(file, range(30), strict=False))
        file.seek(0)
        try:
            yield from csv.reader(file, delimiter=max("\t,|;", key=head.count))
        except csv.Error:
            raise Unreadable(Trouble.NO_SHEET) from None


# Rows set aside -----------------------------------------------------------------------------------


def set_aside(rows: Iterable[tuple[Any, ...]], file: IO[bytes], tick: Callable[[int], None]) -> int:
    """Into `file`, some thousands at a time, so that none are held; how many there were.

    `tick` is told how many there are so far, and may raise.
    """
    count, waiting = 0, iter(rows)
    while batch := list(islice(waiting, BATCH)):
        frame(batch, file)
        count += len(batch)
        tick(count)
    frame([], file)
    file.seek(0)
    return count


def taken_out(file: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    while batch := framed(file):
        yield from batch
