"""A list as a spreadsheet: written row by row, harmless to open, marked with who and when."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from math import ceil
from typing import IO, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from rustpy_xlsxwriter import FastExcel, Format

from accounts.access import Grant
from accounts.uncollected import uncollected

_FORMULA = frozenset("=+-@\t\r")  # first characters
_A4 = 9
_UPRIGHT, _ACROSS = 95, 170  # characters beside each other that can still be read on paper
_MEASURED = 200  # rows from which the widths of columns are taken
_BROAD = 40  # characters
_PART = 80  # characters; Excel opens no file whose header is longer than 255


def harmless(text: str) -> str:
    """A cell that begins like a formula is shown, not run."""
    return "'" + text if text[:1] in _FORMULA else text


def write_sheet(
    *,
    title: str,
    head: list[str],
    rows: Iterable[Sequence[Any]],
    grant: Grant,
    now: datetime,
    as_text: bool = False,
    keep_numbers: bool = False,
    reference: str = "",
    below: Iterable[str] = (),
) -> tuple[IO[bytes], int]:
    """A temporary .xlsx, to be read from its start, and the number of `rows`.

    Below the rows and on every printed page stands who took them away. One row at a time is held
    in memory. `as_text`: cells are text for the receiving program too, so that long numbers keep
    their digits. `keep_numbers`: figures stay such, so that the receiving program can add them up.
    `reference`: number under which the registry knows what the list is for. `below`: lines that
    explain the rows and are none of them.
    """
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - gone when it is closed
    counted = [0]
    column_formats = dict.fromkeys(head, Format().set_num_format("@")) if as_text else None
    ahead = iter(rows)
    first = list(islice(ahead, _MEASURED))
    widths = [width(texts, _BROAD) for texts in zip(head, *first, strict=True)]
    paper = on_every_page(
        title=title, widths=widths, named=1 if keep_numbers else 2, grant=grant, now=now,
        reference=reference,
    )  # fmt: skip
    cells = _cells(head, chain(first, ahead), counted, keep_numbers)
    ending = _ending(head, below, [_fetched(grant, now), reference], counted)
    sheet = FastExcel(file.name).sheet(
        title,
        chain(cells, ending),
        column_widths=widths,
        column_formats=column_formats,
        page_setup=paper,
    )
    with uncollected():
        sheet.save()
    return open(file.name, "rb"), counted[0]


def width(texts: Iterable[object], most: int) -> float:
    """Of a column, in characters, of which a Chinese one takes the place of two."""
    lines = (line for text in texts for line in str(text).split("\n"))
    wide = max(len(line) + sum(mark > "\u2e80" for mark in line) for line in lines)
    return float(min(max(wide + 2, 8), most))


def on_every_page(
    *,
    title: str,
    widths: list[float],
    grant: Grant,
    now: datetime,
    reference: str = "",
    named: int = 2,
) -> dict[str, Any]:
    """How a sheet is printed: small enough that few pages hold all columns, large enough to be
    read. Each page has the headings, and where several lie beside each other the first `named`
    columns, which say whom a row is about; in its margins stand who fetched the list, when, and
    under which number. Nothing of a child."""
    page = _("Page %(number)s of %(total)s") % {"number": "&P", "total": "&N"}
    pages = ceil(sum(widths) / _ACROSS)
    return {
        "paper_size": _A4,
        "landscape": sum(widths) > _UPRIGHT,
        "fit_to_pages": (pages, 0),
        "repeat_rows": 0,
        **({"repeat_columns": (0, named - 1)} if pages > 1 else {}),
        "header": f"&L{_plain(title)}&R{_plain(_fetched(grant, now))}",
        "footer": (f"&L{_plain(reference)}" if reference else "") + f"&R{page}",
    }


def _plain(text: str) -> str:
    """`&` begins an instruction there."""
    return text.replace("&", "&&")


def _fetched(grant: Grant, now: datetime) -> str:
    moment = formats.date_format(timezone.localtime(now), "SHORT_DATETIME_FORMAT")
    return _("Fetched by %(user)s, %(place)s, %(time)s") % {
        "user": grant.user.username[:_PART], "place": str(grant.posting)[:_PART], "time": moment,
    }  # fmt: skip


def _cells(
    head: list[str], rows: Iterable[Sequence[Any]], counted: list[int], keep_numbers: bool
) -> Iterator[dict[str, Any]]:
    for row in rows:
        counted[0] += 1
        yield dict(zip(head, [
            # Most cells are text that begins like none: nothing is asked of them.
            cell if type(cell) is str and cell[:1] not in _FORMULA else _cell(cell, keep_numbers)
            for cell in row
        ], strict=True))  # fmt: skip


def _ending(
    head: list[str], below: Iterable[str], marks: list[str], counted: list[int]
) -> Iterator[dict[str, Any]]:
    """Read when the rows are through: `counted` is complete then."""
    total = _("rows: %(rows)s") % {"rows": counted[0]}
    for line in (*below, _(", ").join(part for part in (*marks, total) if part)):
        yield dict.fromkeys(head, "") | {head[0]: harmless(line)}


def _cell(cell: Any, keep_numbers: bool) -> Any:
    if type(cell) is str:
        return harmless(cell)
    if keep_numbers and isinstance(cell, int | Decimal):
        return float(cell) if isinstance(cell, Decimal) else cell
    return harmless(str(cell))
