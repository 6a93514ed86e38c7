"""The first feeds, layouts and code tables, from `exchange.rules`; after that they are edited."""

from collections.abc import Collection
from typing import Any

from exchange.rules.code_tables import CODE_TABLES
from exchange.rules.default_layouts import FEEDS

# Kind of list that came with a later migration → its own tables of codes.
LATER: dict[str, tuple[str, ...]] = {
    "rehabilitation_sessions": ("rehabilitation_kind",), "rehabilitation_claims": (),
}  # fmt: skip

FIRST = {feed.kind for feed in FEEDS} - LATER.keys()


def fill(apps: Any, schema_editor: Any, kinds: Collection[str] = ()) -> None:
    """The first kinds, or the later ones of `kinds`."""
    from django.utils import timezone

    using = schema_editor.connection.alias
    now = timezone.now()

    def make(name: str, rows: list[dict[str, Any]]) -> list[Any]:
        model = apps.get_model("exchange", name)
        past = apps.get_model("exchange", f"Historical{name}")
        made = model.objects.using(using).bulk_create([model(**row) for row in rows])
        past.objects.using(using).bulk_create(
            past(id=row.pk, **fields, history_type="+", history_date=now)
            for row, fields in zip(made, rows, strict=True)
        )
        return list(made)

    for position, feed in enumerate(FEEDS):
        if feed.kind not in (kinds or FIRST):
            continue
        (row,) = make("Feed", [{
            "kind": feed.kind, "title_zh": feed.title_zh, "title_en": feed.title_en,
            "department": feed.department_zh, "purpose": "", "legal_ground": "", "is_active": True,
        }])  # fmt: skip
        (layout,) = make("Layout", [{
            "feed_id": row.pk, "title": feed.title_zh, "position": position, "is_active": True,
        }])  # fmt: skip
        make("LayoutColumn", [{
            "layout_id": layout.pk, "key": column.key, "kind": column.kind.value,
            "headings": list(column.headings), "table": column.table,
            "is_required": column.is_required, "is_filled": column.is_filled, "position": place,
        } for place, column in enumerate(feed.columns)])  # fmt: skip
    later = {table for tables in LATER.values() for table in tables}
    tables = {table for kind in kinds for table in LATER[kind]}
    make("CodeMeaning", [
        {"table": table, "written": written, "code": code}
        for table, meanings in CODE_TABLES.items()
        if table in (tables if kinds else CODE_TABLES.keys() - later)
        for written, code in meanings.items()
    ])  # fmt: skip
