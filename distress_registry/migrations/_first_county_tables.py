"""The first tables that can be reported, from `distress_registry.rules`; then they are edited."""

from typing import Any

from distress_registry.rules.default_county_tables import TABLES


def fill(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using = schema_editor.connection.alias
    now = timezone.now()

    def make(name: str, rows: list[dict[str, Any]]) -> list[Any]:
        model = apps.get_model("distress_registry", name)
        past = apps.get_model("distress_registry", f"Historical{name}")
        made = model.objects.using(using).bulk_create([model(**row) for row in rows])
        past.objects.using(using).bulk_create(
            past(id=row.pk, **fields, history_type="+", history_date=now)
            for row, fields in zip(made, rows, strict=True)
        )
        return list(made)

    tables = make("CountyTable", [
        {"key": key, "title_zh": zh, "title_en": en, "department": department,
         "legal_ground": ground, "counting": counting.value, "position": position,
         "is_active": True}
        for position, (key, zh, en, department, ground, counting, _headings) in enumerate(TABLES)
    ])  # fmt: skip
    make("CountyTableColumn", [
        {"table_id": table.pk, "figure": figure, "heading_zh": zh, "heading_en": en,
         "position": place, "is_shown": True}
        for table, (*_facts, headings) in zip(tables, TABLES, strict=True)
        for place, (figure, (zh, en)) in enumerate(headings.items())
    ])  # fmt: skip
