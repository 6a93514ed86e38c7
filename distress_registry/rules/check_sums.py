"""Whether the figures of a table add up, and which of them single children could be read from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .county_figures import Equation
from .small_cells import is_small

WHOLE = ""  # key of the row of all rows together
Number = int | Decimal
Rows = Mapping[str, Mapping[str, Number]]


@dataclass(frozen=True)
class Wrong:
    """In the row `row` the parts make `parts`, the total says `total`."""

    row: str
    parts: Number
    total: Number


def wrong_rows(equation: Equation, rows: Rows) -> list[Wrong]:
    """Rows that lack a figure have nothing to add up."""
    found = []
    for key, row in rows.items():
        if not all(name in row for name in equation.figures):
            continue
        parts = sum(row[name] for name in equation.plus) - sum(row[name] for name in equation.minus)
        if parts != row[equation.total]:
            found.append(Wrong(key, parts, row[equation.total]))
    return found


def wrong_columns(figures: Iterable[str], rows: Rows) -> dict[str, Wrong]:
    """Figure → where the rows do not make the whole."""
    found = {}
    for figure in figures:
        if not all(figure in row for row in rows.values()):
            continue
        parts = sum(row[figure] for key, row in rows.items() if key != WHOLE)
        if parts != rows[WHOLE][figure]:
            found[figure] = Wrong(WHOLE, parts, rows[WHOLE][figure])
    return found


def hidden(rows: Rows, equations: Sequence[Equation], added: Iterable[str]) -> set[tuple[str, str]]:
    """(row, figure) not told: the small ones, and what would tell them as the rest of a sum.

    `added`: figures of which the rows make the whole.
    """
    out = {(key, name) for key, row in rows.items() for name in row if is_small(int(row[name]))}
    known = {(key, name) for key, row in rows.items() for name in row}
    sums = [[(key, name) for name in one.figures] for one in equations for key in rows]
    sums += [[(key, name) for key in rows] for name in added]
    sums = [cells for cells in sums if known.issuperset(cells)]
    again = True
    while again:
        again = False
        for cells in sums:
            told = [cell for cell in cells if cell not in out and rows[cell[0]][cell[1]]]
            if told and sum(cell in out for cell in cells) == 1:
                out.add(min(told, key=lambda cell: rows[cell[0]][cell[1]]))
                again = True
    return out
