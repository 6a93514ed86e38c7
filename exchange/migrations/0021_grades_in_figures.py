"""5年级 means what 五年级 means, also where tables of codes were filled before."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.code_tables import CODE_TABLES

TABLE = "grade_of_school"


def add(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    model = apps.get_model("exchange", "CodeMeaning")
    past = apps.get_model("exchange", "HistoricalCodeMeaning")
    known = set(model.objects.using(using).filter(table=TABLE).values_list("written", flat=True))
    for written, code in CODE_TABLES[TABLE].items():
        if written.removeprefix("小学")[0].isdecimal() and "年级" in written and written not in known:
            facts = {"table": TABLE, "written": written, "code": code}
            row = model.objects.using(using).create(**facts)
            past.objects.using(using).create(
                id=row.pk, **facts, history_type="+", history_date=timezone.now()
            )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0020_yes_or_no_of_poverty")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
