from django.db import migrations

from children.migrations._first_cadence import fill


class Migration(migrations.Migration):
    dependencies = [("children", "0008_home_visits")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
