"""A file read and checked: the good rows, and what is wrong with the others. Writes nothing."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from exchange.models import FeedKind, Layout
from exchange.reading.headings import Headings
from exchange.reading.problems import NOT_KEPT, FileProblem, Unreadable
from exchange.reading.table import (
    AGAIN,
    IsPlace,
    Table,
    has_days_across,
    has_two_halves,
    is_form,
    most_filled,
    read_table,
    start_of,
)
from exchange.reading.values import text
from exchange.reading.workbook import Cell, Sheet, open_sheets
from exchange.rules.checked import Checked
from exchange.rules.checks import RowChecker
from exchange.rules.columns import Layout as LayoutValues
from exchange.rules.default_layouts import FEEDS
from exchange.rules.faults import Fault
from exchange.rules.further_guardian import is_of_one_child, joined, with_child_above
from exchange.rules.list_title import Titles
from exchange.rules.places import Places
from exchange.rules.said_for_a_name import NO_NAME
from exchange.words import masked

from .good import Good, fingerprint
from .repeated import Repeated

Tick = Callable[[int], None]
Choice = tuple[str, int, str]  # sheet, column counted from 0, key or "" to leave it out
TICK = 1_000  # rows
_OF_DAYS = (FeedKind.ATTENDANCE, FeedKind.REHABILITATION_SESSIONS)
CHILDREN_ONLY = {feed.kind for feed in FEEDS if feed.children_only}


@dataclass
class Listing:
    kind: str
    rows: int = 0
    good: list[Good] = field(default_factory=list)
    refused: list[Good] = field(default_factory=list)  # as far as they tell whom they mean
    faults: list[Fault] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)  # key → as the file calls it
    present: set[str] = field(default_factory=set)  # keys of the columns it has
    area: str = ""  # of rows that name no place
    has_several_sheets: bool = False
    hash: bytes = b""  # SHA-256 of the file

    @property
    def rejected(self) -> int:
        return self.rows - len(self.good)

    def heading(self, key: str) -> str:
        return self.headings.get(key, key)


def read_list(
    *, path: Path, kind: str, layouts: Iterable[LayoutValues], places: Places | None, today: date,
    area: str = "", chosen: Sequence[Choice] = (), tick: Tick | None = None,
) -> Listing:  # fmt: skip
    """Every sheet whose headings fit; hidden ones when no other does. Raises Unreadable.

    `tick` is told the number of rows read, every so often; what it raises ends the reading.
    """
    listing = Listing(kind, area=area, hash=_hash(path))
    sheets_read, repeated = set(), Repeated(kind)
    is_place = places.of_heading if places is not None else None
    for table, layout in tables(path, layouts, chosen, is_place=is_place):
        sheets_read.add(table.sheet.name)
        _take(listing, repeated, table, layout, places, today, tick)
    if not listing.rows:
        raise Unreadable(FileProblem.NO_ROWS)
    listing.has_several_sheets = len(sheets_read) > 1
    _refuse(listing, repeated.refused)
    return listing


# Of several sheets that do not fit, the one that comes nearest is told of.
_NEARER = (
    FileProblem.BLANK, FileProblem.NO_TABLE, FileProblem.NO_HEADER, FileProblem.FORM,
    FileProblem.WRONG_LAYOUT, FileProblem.DAYS_ACROSS,
)  # fmt: skip


def tables(
    path: Path, layouts: Iterable[LayoutValues], chosen: Sequence[Choice] = (),
    *, needs_all: bool = True, is_place: IsPlace | None = None,
) -> Iterator[tuple[Table, LayoutValues]]:  # fmt: skip
    """Each sheet that fits, with the layout it fits best, while its rows can be read; without
    `needs_all` also one that lacks columns, of which a person will say where they are.

    Raises Unreadable, also when none fits.
    """
    layouts = list(layouts)
    sheets_read, nearest = 0, Unreadable(FileProblem.BLANK)
    with open_sheets(path) as sheets:
        for sheet in sheets:
            if sheet.is_hidden and sheets_read:
                break
            try:
                table, layout = _recognised(sheet, layouts, chosen, needs_all, is_place)
            except Unreadable as error:
                if error.problem not in _NEARER:
                    raise
                nearest = max(nearest, error, key=lambda one: _NEARER.index(one.problem))
                continue
            sheets_read += 1
            yield table, layout
            while (more := table.next) is not None:
                table, layout = _recognised(more, layouts, (), needs_all, is_place)
                yield table, layout
    if not sheets_read:
        raise nearest


def _hash(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        raise Unreadable(FileProblem.MISSING) from None


def layouts_of(kind: str, layout_id: int | None = None) -> list[LayoutValues]:
    rows = Layout.objects.of(kind).select_related("feed")
    return [row.values() for row in (rows.filter(pk=layout_id) if layout_id else rows)]


def layouts_of_others(kind: str) -> list[LayoutValues]:
    """In use, of all other kinds."""
    rows = Layout.objects.in_use().exclude(feed__kind=kind).select_related("feed")
    return [row.values(codes={}) for row in rows]


def headings_known(layouts: Iterable[LayoutValues]) -> Headings:
    """What columns of these layouts may be called; a column's key is itself a heading."""
    columns = [column for layout in layouts for column in layout.columns]
    return Headings.of(
        (h, column.key) for column in columns for h in (*column.headings, column.key)
    )


def _wanted(layouts: list[LayoutValues]) -> str:
    first = layouts[0] if layouts else None
    return "、".join(column.headings[0] for column in first.required) if first else ""


def _recognised(
    sheet: Sheet, layouts: list[LayoutValues], chosen: Sequence[Choice], needs_all: bool,
    is_place: IsPlace | None,
) -> tuple[Table, LayoutValues]:  # fmt: skip
    """By the layout that knows most of the columns. Raises Unreadable."""
    found: list[tuple[Table, LayoutValues]] = []
    start = start_of(sheet)
    for layout in layouts:
        more = {"is_place": is_place} if is_place is not None else {}
        table = read_table(sheet, headings_known([layout]), start, titled=Titles(), **more)
        if table is not None:
            found.append((table, layout))
    if not found:
        raise _no_table(most_filled(chain(start, sheet.rows)), layouts)
    table, layout = max(found, key=lambda entry: len(entry[0].header.columns))
    for name, column, key in chosen:
        if name == sheet.name and column in table.titles and (not key or key in layout.keys):
            table.give(column, key)
    if table.header.has_several or has_two_halves(start, table.header):
        raise Unreadable(FileProblem.SEVERAL_IN_A_ROW)
    if layout.feed in _OF_DAYS and has_days_across(start, table.header):
        raise Unreadable(FileProblem.DAYS_ACROSS)
    if is_form(start, table.header, headings_known([layout])):
        raise Unreadable(FileProblem.FORM)
    _without_doubt(table)
    missing = missing_in(layout, table.present)
    if missing and needs_all:
        raise Unreadable(
            FileProblem.WRONG_LAYOUT, missing="、".join(missing.values()),
            found="、".join(table.header.written.values()),
        )  # fmt: skip
    return table, layout


def _without_doubt(table: Table) -> None:
    """A title that names one subsidy says nothing where columns of their own hold the money of
    each."""
    if {"living_amount", "nursing_amount"} & set(table.header.columns.values()):
        table.told.pop("subsidy", None)


def _no_table(most: int, layouts: list[LayoutValues]) -> Unreadable:
    """`most`: cells in the fullest row of the sheet."""
    if most > 1:
        return Unreadable(FileProblem.NO_HEADER, wanted=_wanted(layouts))
    return Unreadable(FileProblem.NO_TABLE if most else FileProblem.BLANK)


def missing_in(layout: LayoutValues, present: Collection[str]) -> dict[str, str]:
    """Key → heading of the columns without which no row can be used. A name alone tells nobody
    from others: a number, one that holds it, or a birth date stands beside it. An ID number says
    birth date and sex."""
    said = {*present, *(("birth_date", "sex") if "id_number" in present else ())}
    missing = {c.key: c.headings[0] for c in layout.required if c.key not in said}
    telling = {"id_number", "birth_date"}
    if layout.feed != "register":
        telling |= {"certificate__number", "roll_number"}
    if not telling & set(present):
        missing |= {c.key: c.headings[0] for c in layout.columns if c.key == "id_number"}
    return missing


def _take(
    listing: Listing, repeated: Repeated, table: Table, layout: LayoutValues,
    places: Places | None, today: date, tick: Tick | None,
) -> None:  # fmt: skip
    defaults = {column.key: column.headings[0] for column in layout.columns}
    listing.present |= table.present
    listing.headings = {**defaults, **listing.headings, **table.header.written}
    checker = RowChecker(
        layout, table.present, today=today, is_1904=table.sheet.is_1904,
        places=places, children_only=listing.kind in CHILDREN_ONLY,
        headings=table.header.written,
    )  # fmt: skip
    shared: dict[Any, Any] = {}
    sheet = table.sheet.name

    def keep(checked: Checked) -> None:
        good = Good(checked.row, sheet, checked.facts, shared, fingerprint(checked.facts))
        listing.good.append(good)
        repeated.see(good, checked.facts)

    # Of a register a line below may name a further guardian of the same child.
    is_register = listing.kind == FeedKind.REGISTER
    waiting: Checked | None = None
    before: dict[str, Cell] = {}
    for number, cells in table.rows:
        is_again = is_register and AGAIN in cells
        if is_again:
            cells = with_child_above(cells, before)
        checked = checker.check(number, cells, sheet)
        is_told_again = waiting is not None and is_of_one_child(waiting.facts, checked.facts)
        if (is_again or is_told_again) and waiting is not None and checked.is_good:
            together = joined(waiting.facts, checked.facts)
            if together is not None:
                waiting.facts = together
                continue
        before = cells
        listing.rows += 1
        if tick is not None and listing.rows % TICK == 0:
            tick(listing.rows)
        if waiting is not None:
            keep(waiting)
        waiting = checked if is_register and checked.is_good else None
        if checked.is_good:
            if waiting is None:
                keep(checked)
        else:
            listing.faults += _shown(checked, cells)
            meant = checker.meant(checked, cells)
            listing.refused.append(Good(number, sheet, meant, shared))
    if waiting is not None:
        keep(waiting)


def _shown(checked: Checked, cells: dict[str, Cell]) -> Iterator[Fault]:
    """With the masked value beside what is wrong with it."""
    for fault in checked.faults:
        cell = cells.get(fault.key)
        try:
            written = text(cell)
        except ValueError:
            written = str(cell) if cell != NOT_KEPT else ""
        # What is no name is nobody's, and to be read as it stands.
        shown = written[:30] if fault.problem in NO_NAME else masked(fault.key, written)
        facts = {**fault.facts, "shown": shown if written else ""}
        yield Fault(fault.row, fault.key, fault.problem, facts, fault.sheet)


def _refuse(listing: Listing, refused: dict[Good, Fault]) -> None:
    """Rows that seemed good until the others were seen."""
    listing.faults += refused.values()
    listing.faults.sort(key=lambda fault: (fault.sheet, fault.row))
    listing.refused += refused
    listing.good = [good for good in listing.good if good not in refused]
