"""The rows that stay out, given back as they came, with the reason beside each."""

import tempfile
from datetime import datetime
from itertools import count, islice
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.access import Grant
from children.spreadsheet import on_every_page, width
from children.xlsx import Sheet as Written
from children.xlsx import Style, write_book
from exchange.models import ListFault, ListUpload
from exchange.reading.data_lines import is_blank
from exchange.reading.problems import NOT_KEPT
from exchange.reading.table import Table
from exchange.reading.workbook import Cell
from exchange.rules.columns import Layout
from exchange.rules.faults import Fault
from exchange.rules.places import named_in
from exchange.taking_in.import_list import places_within
from exchange.taking_in.listing import headings_known, layouts_of, tables
from exchange.words import of_fault

from .list_upload import choices_of, opened

_PLACES = {"township", "village", "area_code"}
LINE = 15.0  # points


def rejected_rows(*, row: ListUpload, grant: Grant, now: datetime) -> tuple[IO[bytes], int]:
    """A temporary .xlsx from its start, and how many rows it holds. Raises Unreadable.

    The columns are those of the file, in its order, so that it can be put right and sent again;
    cells are text, so that numbers typed into them keep their digits.
    """
    reason = _("What is to be put right")
    reasons = _reasons(row, grant)
    written: list[Written] = []
    counted = 0
    layouts = layouts_of(row.kind, row.layout_id)
    names, is_place = _Names(layouts), places_within(row.area_code).of_heading
    with opened(row) as path:
        for table, _layout in tables(path, layouts, choices_of(row), is_place=is_place):
            wanted = reasons.get(table.sheet.name, {})
            heads = names.of([
                {"column": column, "title": title, "key": table.header.columns.get(column, "")}
                for column, title in sorted(table.titles.items()) if title != reason
            ])  # fmt: skip
            head, rows = _rows(table, heads, wanted, names, reason)
            if not rows:
                continue
            counted += len(rows)
            widths = [width(texts, 80) for texts in zip(head, *rows, strict=True)]
            paper = on_every_page(
                title=reason, widths=widths, grant=grant, now=now,
                reference=_("List received No. %(number)s") % {"number": row.pk},
            )  # fmt: skip
            titles = [one.title for one in written]
            written.append(Written(
                _other_than(titles, table.sheet.name), head, rows, widths, Style.WRAPPED_TEXT,
                paper, keeps_head_in_view=True, heights=_heights(rows),
            ))  # fmt: skip
    file = tempfile.TemporaryFile()  # noqa: SIM115 - gone when it is closed
    write_book(file, written or [Written("1", [reason], [])])
    file.seek(0)
    return file, counted


def is_reason(title: str) -> bool:
    """Whether a column is the one that these rows came back with, in whichever language."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            if title == _("What is to be put right"):
                return True
    return False


def _reasons(row: ListUpload, grant: Grant) -> dict[str, dict[int, str]]:
    """Sheet → row → what is wrong with it, in the reader's language."""
    found: dict[str, dict[int, str]] = {}
    faults = ListFault.objects.permitted(grant).filter(upload=row, attempt=row.attempt)
    for one in faults.order_by("row", "pk").iterator(chunk_size=5_000):
        told = of_fault(Fault(one.row, one.key, one.code, one.facts), one.heading)
        rows = found.setdefault(one.sheet, {})
        rows[one.row] = f"{rows[one.row]}\n{told}" if one.row in rows else told
    return found


class _Names:
    """Headings under which a file of one line of them is understood when it is sent again."""

    def __init__(self, layouts: list[Layout]) -> None:
        self.known = headings_known(layouts)
        self.first = {c.key: c.headings[0] for one in reversed(layouts) for c in one.columns}

    def of(self, columns: list[dict[str, Any]]) -> dict[int, str]:
        """Column → heading, as the file calls it; where that is said twice, or means what it does
        by the group above it or by a person's word alone, as our own lists do."""
        titles = [one["title"] for one in columns]
        heads: dict[int, str] = {}
        for one in columns:
            title, key = one["title"], one["key"]
            if key and (titles.count(title) > 1 or self.known.key_of([title])[0] != key):
                title = self.first.get(key, title)
            while title in heads.values():
                title += "'"
            heads[one["column"]] = title
        return heads


def _rows(
    table: Table, heads: dict[int, str], wanted: dict[int, str], names: _Names, reason: str
) -> tuple[list[str], list[list[str]]]:
    """Headings, and the rows of the table under them. What earlier was to be put right is told no
    more; a place or a title that stood above the rows stands beside each."""
    keys = set(table.header.columns.values())
    titled = {key: names.first[key] for key in table.told if key in names.first and key not in keys}
    lines = [
        (one.number, list(one.row), one.under, [table.told[key] for key in titled])
        for one in table.lines if one.number in wanted
    ]  # fmt: skip
    # What stands below no heading comes back all the same.
    unnamed = {
        column: _("Column %(number)s") % {"number": column + 1}
        for _number, row, _under, _told in lines for column, cell in enumerate(row)
        if column not in table.titles and not is_blank(cell)
    }  # fmt: skip
    heads = dict(sorted((unnamed | heads).items()))
    placed = {c: key for c, key in table.header.columns.items() if key in _PLACES}
    for _number, row, under, _told in lines:
        _put_place(row, under, placed)
    village = names.first.get("village", "")
    is_above = "village" not in keys and any(
        under and _is_unplaced(row, placed) for _, row, under, _ in lines
    )
    above = [village] * is_above
    rows = [
        [
            *(_shown(row, column) for column in heads),
            *(named_in(under) if _is_unplaced(row, placed) else "" for _ in above),
            *told,
            wanted[number],
        ]
        for number, row, under, told in lines
    ]
    return [*heads.values(), *above, *titled.values(), reason], rows


def _is_unplaced(row: list[Cell], placed: dict[int, str]) -> bool:
    return all(is_blank(row[column]) for column in placed if column < len(row))


def _put_place(row: list[Cell], under: str, placed: dict[int, str]) -> None:
    """Into the column of villages, where the row has left all its places to the line above."""
    if under and _is_unplaced(row, placed):
        for column in (column for column, key in placed.items() if key == "village"):
            row.extend([None] * (column + 1 - len(row)))
            row[column] = named_in(under)


def _other_than(titles: list[str], title: str) -> str:
    """Of a second table of a sheet: as a sheet may be called, told apart by 31 characters."""
    others = (f"{title[:26]} ({number})" for number in count(2))
    return next(one for one in (title, *islice(others, len(titles))) if one not in titles)


def _shown(cells: list[Cell], column: int) -> str:
    cell = cells[column] if column < len(cells) else None
    if cell is None or cell == NOT_KEPT:
        return ""
    if isinstance(cell, tuple):
        return "{:04}-{:02}-{:02}".format(*cell)
    return str(cell)


def _heights(rows: list[list[str]]) -> dict[int, float]:
    """Of rows with several mistakes; the headings are row 1."""
    lines = {place: row[-1].count("\n") + 1 for place, row in enumerate(rows, 2)}
    return {place: LINE * count for place, count in lines.items() if count > 1}
