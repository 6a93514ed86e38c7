"""A table to report as a spreadsheet: its lines, its check sums, and how each figure is counted."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import Grant
from children.spreadsheet import write_sheet
from distress_registry.models import CountyTable
from distress_registry.models.county_table_page import TablePage


def write_table(
    *, table: CountyTable, page: TablePage, place: str, period: str, grant: Grant, now: datetime
) -> tuple[IO[bytes], int]:
    """A temporary .xlsx, to be read from its start, and the number of rows of figures."""
    head = [_("Row"), *(block.title + _(": ") + name for block in page.blocks
                        for name in block.headings)]  # fmt: skip
    return write_sheet(
        title=str(table)[:31], head=head, rows=_lines(page), grant=grant, now=now,
        keep_numbers=True, below=[str(table), place + _(", ") + period, *_texts(page)],
    )  # fmt: skip


def _lines(page: TablePage) -> Iterator[list[Any]]:
    for parts in zip(*(block.lines for block in page.blocks), strict=True):
        cells = [cell for part in parts for cell in part.cells]
        yield [parts[0].name, *("–" if cell is None else cell for cell in cells)]


def _texts(page: TablePage) -> Iterator[str]:
    yield _("Check sums")
    for check in page.checks:
        right, wrong = pgettext("check sum", "holds"), pgettext("check sum", "does not hold")
        word = right if check.is_right else wrong
        yield _("; ").join([word + _(": ") + check.text, *check.wrong])
    yield _("How this is counted")
    for block in page.blocks:
        for names, how in block.how:
            of_which = _(", ") + names if names else ""
            yield block.title + of_which + _(": ") + how
