"""Files to the bank and back: written line by line, read whatever the bank has sent.

Held in memory is one line of a written file, and the table of a read one.
"""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook
from rustpy_xlsxwriter import FastExcel

from assistance.rules.bank_layout import (
    FIXED,
    Layout,
    Payment,
    control_line,
    fixed_line,
    row,
)
from children.actions.document import MOST_BYTES, Refused, inspect

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unreadable(ValueError):
    """The file is no spreadsheet and no text."""


def write(layout: Layout, payments: Iterable[Payment]) -> tuple[IO[bytes], int, Decimal]:
    """A temporary file from its start, with the count and the sum of what stands in it.

    Raises DoesNotFit. The spreadsheet's last line holds count and sum, too.
    """
    counted: list[Any] = [0, Decimal(0)]
    if layout.kind == FIXED:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - gone when it is closed
        for number, payment in enumerate(_counting(payments, counted), start=1):
            file.write(fixed_line(layout, payment, number) + b"\r\n")
        file.write(control_line(*counted) + b"\r\n")
        file.seek(0)
        return file, counted[0], counted[1]
    named = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115
    FastExcel(named.name).sheet("1", _sheet(layout, payments, counted)).save()
    return open(named.name, "rb"), counted[0], counted[1]


def _counting(payments: Iterable[Payment], counted: list[Any]) -> Iterator[Payment]:
    for payment in payments:
        counted[0] += 1
        counted[1] += payment.amount
        yield payment


def _sheet(
    layout: Layout, payments: Iterable[Payment], counted: list[Any]
) -> Iterator[dict[str, str]]:
    heads = [column.heading or column.field for column in layout.columns]
    for number, payment in enumerate(_counting(payments, counted), start=1):
        yield dict(zip(heads, row(layout, payment, number), strict=True))
    ends = [f"合计 {counted[0]} 笔", f"{counted[1]:.2f}"]
    yield dict.fromkeys(heads, "") | {heads[0]: ends[0], heads[-1]: ends[1]}


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def table(content: bytes) -> Iterable[Sequence[object]]:
    """Rows of the first sheet, or of a text parted by tabs, commas or bars.

    Raises Unreadable, and Refused for files that are too large or unpack to too much.
    """
    if len(content) > MOST_BYTES:
        raise Refused("TOO_LARGE")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        inspect(content)
        try:
            return (
                CalamineWorkbook.from_filelike(io.BytesIO(content))
                .get_sheet_by_index(0)
                .iter_rows()
            )
        except (CalamineError, IndexError, OSError) as error:
            raise Unreadable from error
    return _text(content)


def _text(content: bytes) -> Iterable[Sequence[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable
    if "\x00" in text:
        raise Unreadable
    first = "\n".join(text.splitlines()[:30])
    delimiter = max("\t,|;", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable from error
