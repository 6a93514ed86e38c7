"""A table of figures: rows and columns of the kept sums; two queries and one for names."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.access import Grant
from accounts.models.area import area_names
from assistance.rules.months import shifted
from children.models import CategoryCode
from distress_registry.rules.report import Dimension, Report, value

from .guarantee_term import Guarantee
from .picture import FIELDS, PictureCount, all_categories

Key = tuple[Any, Any]


@dataclass
class Table:
    """`lines`: name and values by column; `total` only where parts add up to the whole."""

    columns: list[str] = field(default_factory=list)
    lines: list[tuple[str, list[int | None]]] = field(default_factory=list)
    total: list[int | None] | None = None


def table_of(report: Report, grant: Grant, inside: str, today: date) -> Table:
    month = today.replace(day=1)
    counts = PictureCount.objects.permitted(grant)
    counts = counts.below(inside) if report.has(Dimension.PLACE) else counts.of(inside)
    found = counts.between(shifted(month, 1 - report.months), month)
    if not report.has(Dimension.CATEGORY):
        found = found.filter(
            category__in=[report.category] if report.category else all_categories(grant)
        )
    sums: dict[Key, list[int]] = {}
    for row in found:
        for key, figures in _cells(report, row):
            known = sums.setdefault(key, [0, 0, 0])
            for n, figure in enumerate(figures):
                known[n] += figure
    return _laid_out(report, {key: each for key, each in sums.items() if any(each)})


def _cells(report: Report, row: PictureCount) -> list[tuple[Key, tuple[int, int, int]]]:
    """Where the row's figures belong: one cell for each guarantee asked for."""
    if report.has(Dimension.CATEGORY) and row.category not in CategoryCode.values:
        return []
    by_guarantee = report.has(Dimension.GUARANTEE)
    asked = [report.guarantee] if report.guarantee else list(FIELDS) if by_guarantee else [""]
    of: dict[str, Callable[[str], Any]] = {
        Dimension.PLACE: lambda code: row.place, Dimension.MONTH: lambda code: row.month,
        Dimension.CATEGORY: lambda code: row.category, Dimension.GUARANTEE: lambda code: code,
    }  # fmt: skip
    return [
        ((of[report.rows](code), of[report.columns](code)), _figures(row, code)) for code in asked
    ]


def _figures(row: PictureCount, guarantee: str) -> tuple[int, int, int]:
    if not guarantee:
        return row.children, 0, 0
    name = FIELDS[guarantee]
    return row.children, getattr(row, f"{name}_of"), getattr(row, name)


def _laid_out(report: Report, sums: dict[Key, list[int]]) -> Table:
    rows, columns = ({key[side] for key in sums} for side in (0, 1))
    places = [key for keys, of in ((rows, report.rows), (columns, report.columns))
              if of == Dimension.PLACE for key in keys]  # fmt: skip
    names = area_names(places) if places else {}
    down, across = _ordered(report.rows, rows, names), _ordered(report.columns, columns, names)
    table = Table([name for _key, name in across])
    for row, name in down:
        values = [
            value(report.measure, *sums.get((row, column), [0, 0, 0])) for column, _n in across
        ]
        table.lines.append((name, values))
    if report.rows == Dimension.PLACE and table.lines:
        totals = [
            [sum(part) for part in zip(*(sums.get((row, c), [0, 0, 0]) for row, _n in down),
                                       strict=True)]
            for c, _name in across
        ]  # fmt: skip
        table.total = [value(report.measure, *each) for each in totals]
    return table


def _ordered(dimension: str, keys: set[Any], names: dict[str, str]) -> list[tuple[Any, str]]:
    if dimension == Dimension.CATEGORY:
        return [(c.value, str(c.label)) for c in CategoryCode if c.value in keys]
    if dimension == Dimension.GUARANTEE:
        return [(g.value, str(g.label)) for g in Guarantee if g.value in keys]
    if dimension == Dimension.MONTH:
        return [(key, f"{key:%Y-%m}") for key in sorted(keys)]
    return [(key, names.get(key, key)) for key in sorted(keys)]
