"""A column called by the name of a subsidy holds its money: in the layouts that stand, too."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.default_layouts import FEEDS

WORDS = {
    ("two_subsidy_roll", "living_amount"): ("困难残疾人生活补贴", "生活补贴"),
    ("two_subsidy_roll", "nursing_amount"): ("重度残疾人护理补贴", "护理补贴"),
}


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
    dependencies = [("exchange", "0041_signed_messages_are_taken_once")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
