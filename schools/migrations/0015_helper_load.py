from django.db import migrations

from . import _load_sql


class Migration(migrations.Migration):
    dependencies = [("schools", "0014_injuries_remind"), ("children", "0006_listed")]

    operations = [
        migrations.RunSQL(_load_sql.LOADS, "DROP FUNCTION schools_loads(bigint, date)"),
        migrations.RunSQL(
            _load_sql.CHILDREN, "DROP FUNCTION schools_children_at(bigint, date, boolean)"
        ),
    ]
