"""A list as a spreadsheet: written row by row, harmless to open, marked with who and when."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from rustpy_xlsxwriter import FastExcel, Format

from accounts.access import Grant

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A cell that begins like a formula is shown, not run."""
    return "'" + text if text.startswith(_FORMULA) else text


def write_sheet(
    *,
    title: str,
    head: list[str],
    rows: Iterable[list[Any]],
    grant: Grant,
    now: datetime,
    as_text: bool = False,
    keep_numbers: bool = False,
) -> tuple[IO[bytes], int]:
    """A temporary .xlsx, to be read from its start, and the number of `rows`.

    Below the rows stands who took them away. One row at a time is held in memory. `as_text`: cells
    are text for the receiving program too, so that long numbers keep their digits. `keep_numbers`:
    figures stay such, so that the receiving program can add them up.
    """
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - gone when it is closed
    counted = [0]
    formats = dict.fromkeys(head, Format().set_num_format("@")) if as_text else None
    FastExcel(file.name).sheet(
        title, _marked(head, rows, grant, now, counted, keep_numbers), column_formats=formats
    ).save()
    return open(file.name, "rb"), counted[0]


def _marked(
    head: list[str], rows: Iterable[list[Any]], grant: Grant, now: datetime, counted: list[int],
    keep_numbers: bool,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for row in rows:
        counted[0] += 1
        yield dict(zip(head, (_cell(cell, keep_numbers) for cell in row), strict=True))
    moment = formats.date_format(timezone.localtime(now), "SHORT_DATETIME_FORMAT")
    mark = _("%(user)s, %(place)s, %(time)s, rows: %(rows)s") % {
        "user": grant.user.username, "place": grant.posting, "time": moment, "rows": counted[0],
    }  # fmt: skip
    yield dict.fromkeys(head, "") | {head[0]: mark}


def _cell(cell: Any, keep_numbers: bool) -> Any:
    if type(cell) is str:
        return harmless(cell)
    if keep_numbers and isinstance(cell, int | Decimal):
        return float(cell) if isinstance(cell, Decimal) else cell
    return harmless(str(cell))
