"""Headings under groups, and of cells that hold two things, join the layouts that stand."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.default_layouts import FEEDS

_GROUPS = ("补贴金额", "发放金额", "补贴标准", "发放标准", "金额", "补助金额")
WORDS = {
    "village": ("镇村", "镇村组", "乡镇村组", "村组", "所在村组"),
    "certificate__grade": (
        "残疾类别等级", "残疾类别及等级", "残疾类别和等级", "残疾类别与等级", "残疾类型及等级", "残疾类型等级",
    ),
    "living_amount": tuple(f"{group}生活补贴" for group in _GROUPS),
    "nursing_amount": tuple(f"{group}护理补贴" for group in _GROUPS),
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
            more = [heading for heading in WORDS.get(row.key, ()) if heading not in taken]
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
    dependencies = [("exchange", "0036_what_was_done_for_a_finding")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
