"""Columns that ask of the two subsidies by yes and no join the layouts that were there before."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.default_layouts import FEEDS

KIND, KEYS = "two_subsidy_roll", ("is_living", "is_nursing")


def add(apps: Any, schema_editor: Any) -> None:
    """Beside the column of the money, where the layout still has one; without headings that
    another column of the layout has."""
    using = schema_editor.connection.alias
    model = apps.get_model("exchange", "LayoutColumn")
    past = apps.get_model("exchange", "HistoricalLayoutColumn")
    now = timezone.now()
    columns = [c for feed in FEEDS if feed.kind == KIND for c in feed.columns if c.key in KEYS]
    rows = model.objects.using(using).filter(layout__feed__kind=KIND)
    for named in rows.filter(key="amount").order_by("pk"):
        there = list(rows.filter(layout_id=named.layout_id))
        taken = {heading for one in there for heading in one.headings}
        for column in columns:
            if column.key in {one.key for one in there}:
                continue
            facts = {
                "layout_id": named.layout_id, "key": column.key, "kind": column.kind.value,
                "headings": [one for one in column.headings if one not in taken],
                "table": column.table, "is_required": False, "is_filled": False,
                "position": named.position,
            }  # fmt: skip
            row = model.objects.using(using).create(**facts)
            past.objects.using(using).create(
                id=row.pk, **facts, history_type="+", history_date=now
            )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0042_subsidies_as_headings")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
