"""A list as a spreadsheet: written row by row, harmless to open, marked with who and when."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from rustpy_xlsxwriter import FastExcel, Format

from accounts.access import Grant

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_A4 = 9
_WIDE = 6  # columns; more of them are printed across the page
_MEASURED = 200  # rows from which the widths of columns are taken
_BROAD = 40  # characters
_PART = 80  # characters; Excel opens no file whose header is longer than 255


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
    reference: str = "",
) -> tuple[IO[bytes], int]:
    """A temporary .xlsx, to be read from its start, and the number of `rows`.

    Below the rows and on every printed page stands who took them away. One row at a time is held
    in memory. `as_text`: cells are text for the receiving program too, so that long numbers keep
    their digits. `keep_numbers`: figures stay such, so that the receiving program can add them up.
    `reference`: number under which the registry knows what the list is for.
    """
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - gone when it is closed
    counted = [0]
    column_formats = dict.fromkeys(head, Format().set_num_format("@")) if as_text else None
    paper = on_every_page(title=title, columns=len(head), grant=grant, now=now, reference=reference)
    ahead = iter(rows)
    first = list(islice(ahead, _MEASURED))
    widths = [width(texts, _BROAD) for texts in zip(head, *first, strict=True)]
    rows = chain(first, ahead)
    marked = _marked(head, rows, _fetched(grant, now), reference, counted, keep_numbers)
    FastExcel(file.name).sheet(
        title, marked, column_widths=widths, column_formats=column_formats, page_setup=paper
    ).save()
    return open(file.name, "rb"), counted[0]


def width(texts: Iterable[object], most: int) -> float:
    """Of a column, in characters, of which a Chinese one takes the place of two."""
    lines = (line for text in texts for line in str(text).split("\n"))
    wide = max(len(line) + sum(mark > "\u2e80" for mark in line) for line in lines)
    return float(min(max(wide + 2, 8), most))


def on_every_page(
    *, title: str, columns: int, grant: Grant, now: datetime, reference: str = ""
) -> dict[str, Any]:
    """How a sheet is printed: all columns on a page, the headings on each, in its margins who
    fetched it, when, and under which number. Nothing of a child."""
    page = _("Page %(number)s of %(total)s") % {"number": "&P", "total": "&N"}
    return {
        "paper_size": _A4,
        "landscape": columns > _WIDE,
        "fit_to_pages": (1, 0),
        "repeat_rows": 0,
        "header": f"&L{_plain(title)}&R{_plain(_fetched(grant, now))}",
        "footer": f"&L{_plain(reference)}&R{page}",
    }


def _plain(text: str) -> str:
    """`&` begins an instruction there."""
    return text.replace("&", "&&")


def _fetched(grant: Grant, now: datetime) -> str:
    moment = formats.date_format(timezone.localtime(now), "SHORT_DATETIME_FORMAT")
    return _("Fetched by %(user)s, %(place)s, %(time)s") % {
        "user": grant.user.username[:_PART], "place": str(grant.posting)[:_PART], "time": moment,
    }  # fmt: skip


def _marked(
    head: list[str], rows: Iterable[list[Any]], fetched: str, reference: str, counted: list[int],
    keep_numbers: bool,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for row in rows:
        counted[0] += 1
        yield dict(zip(head, (_cell(cell, keep_numbers) for cell in row), strict=True))
    total = _("rows: %(rows)s") % {"rows": counted[0]}
    mark = _(", ").join(part for part in (fetched, total, reference) if part)
    yield dict.fromkeys(head, "") | {head[0]: mark}


def _cell(cell: Any, keep_numbers: bool) -> Any:
    if type(cell) is str:
        return harmless(cell)
    if keep_numbers and isinstance(cell, int | Decimal):
        return float(cell) if isinstance(cell, Decimal) else cell
    return harmless(str(cell))
