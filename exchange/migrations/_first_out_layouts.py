"""The first lists that can go out, from `exchange.rules`; after that they are edited."""

from typing import Any

from exchange.rules.default_out_layouts import LAYOUTS

from ._more_out_columns import MORE


def fill(apps: Any, schema_editor: Any) -> None:
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

    for position, (key, zh, en, department, purpose, ground, who, columns) in enumerate(LAYOUTS):
        (layout,) = make("OutLayout", [{
            "key": key, "title_zh": zh, "title_en": en, "department": department,
            "purpose": purpose, "legal_ground": ground, "selection": who, "position": position,
            "is_active": True,
        }])  # fmt: skip
        make("OutColumn", [{
            "layout_id": layout.pk, "heading": column[0], "fact": column[1],
            "codes": column[2] if len(column) > 2 else {}, "position": place,
        } for place, column in enumerate(columns)
            if column[0] not in MORE.get(key, ())])  # fmt: skip
