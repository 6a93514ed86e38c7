"""Columns that a later version of the first lists has: behind those of the layouts that stand."""

from typing import Any

from exchange.rules.default_out_layouts import LAYOUTS

MORE = {
    "school_roll": ("是否留守儿童（民政认定）", "是否孤儿", "残疾类型", "享受项目"),
    "student_aid": ("认定等级",),
    "left_behind_b": ("祖父母、外祖父母", "父亲工作单位", "母亲工作单位", "享受项目"),
}


def add(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using = schema_editor.connection.alias
    model = apps.get_model("exchange", "OutColumn")
    past = apps.get_model("exchange", "HistoricalOutColumn")
    now = timezone.now()
    for key, *_told, columns in LAYOUTS:
        there = list(model.objects.using(using).filter(layout__key=key).order_by("position"))
        if not there:
            continue
        known = {column.heading for column in there}
        place = there[-1].position
        for heading, fact, *codes in columns:
            if heading in known or heading not in MORE.get(key, ()):
                continue
            place += 1
            fields = {
                "layout_id": there[0].layout_id, "heading": heading, "fact": fact,
                "codes": codes[0] if codes else {}, "position": place,
            }  # fmt: skip
            row = model.objects.using(using).create(**fields)
            past.objects.using(using).create(
                id=row.pk, **fields, history_type="+", history_date=now
            )
