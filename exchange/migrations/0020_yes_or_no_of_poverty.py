"""Columns that ask of low income by yes and no join the layouts that were there before them."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.default_layouts import FEEDS

KEYS = ("is_dibao", "is_destitute", "is_near_threshold", "is_rigid", "is_monitored")


def add(apps: Any, schema_editor: Any) -> None:
    """After the column that names the status, where the layout still has one."""
    using = schema_editor.connection.alias
    model = apps.get_model("exchange", "LayoutColumn")
    past = apps.get_model("exchange", "HistoricalLayoutColumn")
    now = timezone.now()
    for feed in FEEDS:
        columns = [column for column in feed.columns if column.key in KEYS]
        rows = model.objects.using(using).filter(layout__feed__kind=feed.kind)
        for named in rows.filter(key="economic").order_by("pk"):
            known = set(rows.filter(layout_id=named.layout_id).values_list("key", flat=True))
            for column in columns:
                if column.key in known:
                    continue
                facts = {
                    "layout_id": named.layout_id, "key": column.key, "kind": column.kind.value,
                    "headings": list(column.headings), "table": column.table,
                    "is_required": False, "is_filled": False, "position": named.position,
                }  # fmt: skip
                row = model.objects.using(using).create(**facts)
                past.objects.using(using).create(
                    id=row.pk, **facts, history_type="+", history_date=now
                )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0019_purpose_of_sessions")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
