"""What a file is taken for: its sheets, where their headings stand, what each column holds."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from exchange.reading.problems import FileProblem, Unreadable
from exchange.reading.table import IsPlace, Table
from exchange.rules.columns import Layout as LayoutValues

from .listing import headings_known, layouts_of, layouts_of_others, missing_in, tables


def recognise(
    path: Path, kind: str, layout_id: int | None, is_place: IsPlace | None = None
) -> list[dict[str, Any]]:
    """[{sheet, line, layout, columns: [{column, title, key}], missing: {key: heading},
    told: [{title, cell}], kind}];
    `column` counts from 0, `key` is "" for one that is left out, `kind` is a kind of list that
    knows more of the columns, or "". Raises Unreadable.

    `missing`: columns that must be there and go by names that nobody knows; a person says which
    they are.
    """
    try:
        return _sheets(path, kind, layout_id, is_place, needs_all=True)
    except Unreadable as error:
        if error.problem is not FileProblem.WRONG_LAYOUT:
            raise
    return _sheets(path, kind, layout_id, is_place, needs_all=False)


def _sheets(
    path: Path, kind: str, layout_id: int | None, is_place: IsPlace | None, *, needs_all: bool
) -> list[dict[str, Any]]:
    with transaction.atomic():
        layouts, others = layouts_of(kind, layout_id), layouts_of_others(kind)
    found, has_rows = [], False
    for table, layout in tables(path, layouts, needs_all=needs_all, is_place=is_place):
        keys = table.header.columns
        columns = [
            {"column": column, "title": title, "key": keys.get(column, "")}
            for column, title in sorted(table.titles.items())
        ]
        found.append({
            "sheet": table.sheet.name, "line": table.line, "layout": layout.title,
            "columns": columns, "missing": missing_in(layout, table.present),
            "told": _told(table, layout),
            "kind": _likelier(list(table.titles.values()), len(set(keys.values())), others),
        })  # fmt: skip
        has_rows = has_rows or not table.ends_at_header()
    if not has_rows:
        raise Unreadable(FileProblem.NO_ROWS)
    return found


def _told(table: Table, layout: LayoutValues) -> list[dict[str, str]]:
    """What the title says instead of a column, under the name that the column would have."""
    names = {column.key: column.headings[0] for column in layout.columns}
    own = set(table.header.columns.values())
    told = table.told | ({"village": table.place} if table.place else {})
    return [
        {"title": names[key], "cell": cell}
        for key, cell in told.items() if cell and key in names and key not in own
    ]  # fmt: skip


def _likelier(titles: Sequence[str], known: int, others: Iterable[LayoutValues]) -> str:
    """The kind that knows most of these headings, when it knows more than `known` of them and
    misses nothing that it needs."""
    best, kind = known, ""
    for other in others:
        headings = headings_known([other])
        keys = {key for title in titles if (key := headings.key_of((title,))[0])}
        if len(keys) > best and not missing_in(other, keys):
            best, kind = len(keys), other.feed
    return kind
