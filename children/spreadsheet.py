"""A list as a spreadsheet: written row by row, harmless to open, marked with who and when."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from math import ceil
from typing import IO, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.access import Grant
from accounts.uncollected import uncollected

from .xlsx import Paper, Sheet, Style, write_book

_UPRIGHT, _ACROSS = 95, 170  # characters beside each other that can still be read on paper
_MEASURED = 200  # rows from which the widths of columns are taken
_BROAD = 40  # characters
_PART = 80  # characters; Excel opens no file whose header is longer than 255


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
    file = tempfile.TemporaryFile()  # noqa: SIM115 - gone when it is closed
    ahead, counted = iter(rows), [0]
    with uncollected():
        first = list(islice(ahead, _MEASURED))
        widths = [width(texts, _BROAD) for texts in zip(head, *first, strict=True)]
        ending = _ending(len(head), below, [_fetched(grant, now), reference], counted)
        paper = on_every_page(
            title=title, widths=widths, named=1 if keep_numbers else 2, grant=grant, now=now,
            reference=reference,
        )  # fmt: skip
        sheet = Sheet(
            title, head, chain(_counted(chain(first, ahead), counted), ending), widths,
            Style.TEXT if as_text else Style.PLAIN, paper, keeps_figures=keep_numbers,
        )  # fmt: skip
        write_book(file, [sheet])
    file.seek(0)
    return file, counted[0]


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
) -> Paper:
    """How a sheet is printed: small enough that few pages hold all columns, large enough to be
    read. Each page has the headings, and where several lie beside each other the first `named`
    columns, which say whom a row is about; in its margins stand who fetched the list, when, and
    under which number. Nothing of a child."""
    page = _("Page %(number)s of %(total)s") % {"number": "&P", "total": "&N"}
    pages = ceil(sum(widths) / _ACROSS)
    return Paper(
        header=f"&L{_plain(title)}&R{_plain(_fetched(grant, now))}",
        footer=(f"&L{_plain(reference)}" if reference else "") + f"&R{page}",
        across=pages,
        named=named if pages > 1 else 0,
        is_landscape=sum(widths) > _UPRIGHT,
    )


def _plain(text: str) -> str:
    """`&` begins an instruction there."""
    return text.replace("&", "&&")


def _fetched(grant: Grant, now: datetime) -> str:
    moment = formats.date_format(timezone.localtime(now), "SHORT_DATETIME_FORMAT")
    return _("Fetched by %(user)s, %(place)s, %(time)s") % {
        "user": grant.user.username[:_PART], "place": str(grant.posting)[:_PART], "time": moment,
    }  # fmt: skip


def _counted(rows: Iterable[Sequence[Any]], counted: list[int]) -> Iterator[Sequence[Any]]:
    for row in rows:
        counted[0] += 1
        yield row


def _ending(
    columns: int, below: Iterable[str], marks: list[str], counted: list[int]
) -> Iterator[list[str]]:
    """Read when the rows are through: `counted` is complete then."""
    total = _("rows: %(rows)s") % {"rows": counted[0]}
    for line in (*below, _(", ").join(part for part in (*marks, total) if part)):
        yield [line, *[""] * (columns - 1)]
