"""What a file is taken for: its sheets, where their headings stand, what each column holds."""

from pathlib import Path
from typing import Any

from django.db import transaction

from .listing import layouts_of, tables


def recognise(path: Path, kind: str, layout_id: int | None) -> list[dict[str, Any]]:
    """[{sheet, line, layout, columns: [{column, title, key}]}]; `column` counts from 0, `key` is
    "" for one that is left out. Raises Unreadable."""
    with transaction.atomic():
        layouts = layouts_of(kind, layout_id)
    found = []
    for table, layout in tables(path, layouts):
        keys = table.header.columns
        columns = [
            {"column": column, "title": title, "key": keys.get(column, "")}
            for column, title in sorted(table.titles.items())
        ]
        found.append({
            "sheet": table.sheet.name, "line": table.line, "layout": layout.title,
            "columns": columns,
        })  # fmt: skip
    return found
