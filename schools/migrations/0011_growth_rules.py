from django.db import migrations

from ._growth import GROWTH, fill


class Migration(migrations.Migration):
    dependencies = [("schools", "0010_growth_records")]
    operations = [
        migrations.RunSQL(GROWTH, migrations.RunSQL.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
