from django.db import migrations

from exchange.migrations._first_layouts import fill


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_feed")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
