"""Purpose and ground of the lists that come in, where the county has written none."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    from exchange.rules.default_purposes import PURPOSES

    using = schema_editor.connection.alias
    feeds = apps.get_model("exchange", "Feed").objects.using(using)
    past = apps.get_model("exchange", "HistoricalFeed").objects.using(using)
    for row in feeds.filter(kind__in=PURPOSES, purpose="", legal_ground=""):
        row.purpose, row.legal_ground = PURPOSES[row.kind]
        row.save(using=using)
        past.create(
            id=row.pk, kind=row.kind, title_zh=row.title_zh, title_en=row.title_en,
            department=row.department, purpose=row.purpose, legal_ground=row.legal_ground,
            is_active=row.is_active, history_type="~", history_date=timezone.now(),
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("exchange", "0017_rehabilitation_sessions")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
