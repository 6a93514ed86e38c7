"""What a file is taken for: its sheets, where their headings stand, what each column holds."""

from pathlib import Path
from typing import Any

from django.db import transaction

from exchange.reading.problems import FileProblem, Unreadable

from .listing import layouts_of, missing_in, tables


def recognise(path: Path, kind: str, layout_id: int | None) -> list[dict[str, Any]]:
    """[{sheet, line, layout, columns: [{column, title, key}], missing: {key: heading}}]; `column`
    counts from 0, `key` is "" for one that is left out. Raises Unreadable.

    `missing`: columns that must be there and go by names that nobody knows; a person says which
    they are.
    """
    try:
        return _sheets(path, kind, layout_id, needs_all=True)
    except Unreadable as error:
        if error.problem is not FileProblem.WRONG_LAYOUT:
            raise
    return _sheets(path, kind, layout_id, needs_all=False)


def _sheets(
    path: Path, kind: str, layout_id: int | None, *, needs_all: bool
) -> list[dict[str, Any]]:
    with transaction.atomic():
        layouts = layouts_of(kind, layout_id)
    found = []
    for table, layout in tables(path, layouts, needs_all=needs_all):
        keys = table.header.columns
        columns = [
            {"column": column, "title": title, "key": keys.get(column, "")}
            for column, title in sorted(table.titles.items())
        ]
        found.append({
            "sheet": table.sheet.name, "line": table.line, "layout": layout.title,
            "columns": columns, "missing": missing_in(layout, keys.values()),
        })  # fmt: skip
    return found
