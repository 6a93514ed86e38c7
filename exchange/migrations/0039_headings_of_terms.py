"""Headings of cells that hold first and last day of a term join the layouts that stand."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.default_layouts import FEEDS

_TERM = ("起止日期", "起止时间", "起止年月")
WORDS = {
    ("prison_results", "since"): (
        "刑期起止", "刑期起止日期", "刑期起止时间", "刑期起止年月", "刑期起止日", "服刑起止日期", "服刑起止时间", "刑期起",
        *_TERM,
    ),
    ("prison_results", "until"): ("刑期止",),
    ("rehabilitation_results", "since"): (
        "强戒起止日期", "强戒起止时间", "强制隔离戒毒起止日期", "强制隔离戒毒起止时间", "戒毒起止日期", "戒毒起止时间", *_TERM,
    ),
}  # fmt: skip


def add(apps: Any, schema_editor: Any) -> None:
    """Behind the headings of the same column, where no other column of the layout has them."""
    using = schema_editor.connection.alias
    model = apps.get_model("exchange", "LayoutColumn")
    past = apps.get_model("exchange", "HistoricalLayoutColumn")
    now = timezone.now()
    for feed in FEEDS:
        rows = list(model.objects.using(using).filter(layout__feed__kind=feed.kind).order_by("pk"))
        for row in rows:
            taken = {h for one in rows if one.layout_id == row.layout_id for h in one.headings}
            more = [heading for heading in WORDS.get((feed.kind, row.key), ()) if heading not in taken]
            if not more:
                continue
            row.headings = [*row.headings, *more]
            row.save(using=using)
            facts = {
                field.attname: getattr(row, field.attname)
                for field in row._meta.concrete_fields
                if field.attname not in ("id", "pk")
            }
            past.objects.using(using).create(
                id=row.pk, **facts, history_type="~", history_date=now
            )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0038_lists_sent_by_departments")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
