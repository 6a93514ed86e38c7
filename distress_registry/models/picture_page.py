"""The picture as its page shows it: lines of cells, small ones hidden from who sees no children."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from children.models import CategoryCode
from distress_registry.rules import small_cells

from .guarantee_term import Guarantee
from .picture import FIELDS, category_label


@dataclass
class Cell:
    """`of`: whom it concerns. `is_hidden`: its parts are not told; `is_all_hidden`: nor is `of`."""

    guarantee: str
    of: int = 0
    covered: int = 0
    is_hidden: bool = False
    is_all_hidden: bool = False

    @property
    def missing(self) -> int:
        return self.of - self.covered

    @property
    def percent(self) -> int:
        """Rounded down: a hundred is all of them."""
        return self.covered * 100 // self.of if self.of else 100

    @property
    def tone(self) -> str:
        return "LOW" if not self.missing else "due" if self.percent >= 80 else "overdue"

    @property
    def label(self) -> str:
        return str(Guarantee(self.guarantee).label)


@dataclass
class Line:
    """Of a category, a place or a month (`key`)."""

    key: Any
    name: str = ""
    children: int = 0
    cells: dict[str, Cell] = field(default_factory=lambda: {c: Cell(c) for c in FIELDS})
    is_hidden: bool = False
    query: str = ""  # of the address that its cells lead to
    drawn: str = ""  # its cells as HTML

    def add(self, row: Any) -> None:
        self.children += row.children
        for guarantee, name in FIELDS.items():
            self.cells[guarantee].of += getattr(row, f"{name}_of")
            self.cells[guarantee].covered += getattr(row, name)


def lines_by(rows: Iterable[Any], key: str) -> dict[Any, Line]:
    found: dict[Any, Line] = {}
    for row in rows:
        value = getattr(row, key)
        found.setdefault(value, Line(value)).add(row)
    return found


def by_category(rows: Iterable[Any]) -> list[Line]:
    """One for each category that has children, in the order of the code list."""
    found = lines_by(rows, "category")
    lines = [found[code] for code in CategoryCode.values if code in found]
    for line in lines:
        line.name = category_label(line.key)
    return [line for line in lines if line.children]


def together(rows: Iterable[Any], categories: Sequence[str]) -> Line:
    """Each child once, or one category."""
    line = Line(categories[0], category_label(categories[0]))
    for row in rows:
        if row.category in categories:
            line.add(row)
    return line


def by_month(rows: Iterable[Any], categories: Sequence[str]) -> list[Line]:
    """Oldest first."""
    found = lines_by((row for row in rows if row.category in categories), "month")
    return [found[month] for month in sorted(found)]


def hide_small(lines: Iterable[Line]) -> None:
    """For a reader to whom single children are not told."""
    for line in lines:
        line.is_hidden |= small_cells.is_small(line.children)
        for cell in line.cells.values():
            cell.is_all_hidden |= line.is_hidden or small_cells.is_small(cell.of)
            cell.is_hidden |= cell.is_all_hidden or small_cells.split_is_hidden(
                cell.of, cell.covered
            )


def hide_small_parts(lines: list[Line]) -> None:
    """The same where the lines are places whose sum is known: no part may follow from the rest."""
    hide_small(lines)
    out = small_cells.hidden([line.children for line in lines])
    for line, is_out in zip(lines, out, strict=True):
        line.is_hidden |= is_out
    for guarantee in FIELDS:
        cells = [line.cells[guarantee] for line in lines]
        for number in ("of", "covered", "missing"):
            out = small_cells.hidden([getattr(cell, number) for cell in cells])
            for cell, is_out in zip(cells, out, strict=True):
                cell.is_hidden |= is_out
                cell.is_all_hidden |= is_out and number == "of"
        _never_one_alone(cells)


def _never_one_alone(cells: list[Cell]) -> None:
    """One cell hidden among told ones is their difference to the sum."""
    shown = [cell for cell in cells if not cell.is_hidden and cell.of]
    if sum(cell.is_hidden for cell in cells) == 1 and shown:
        min(shown, key=lambda cell: cell.of).is_hidden = True


@dataclass(frozen=True)
class Chosen:
    """What the address asks for: a place, a month, a category ("" for all)."""

    inside: str
    month: date
    category: str

    @property
    def query(self) -> str:
        return self.leading_to()

    def leading_to(self, *, inside: str | None = None, category: str | None = None) -> str:
        place = self.inside if inside is None else inside
        of = self.category if category is None else category
        return f"inside={place}&month={self.month:%Y-%m}&category={of}"
