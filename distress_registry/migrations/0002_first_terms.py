from django.db import migrations

from distress_registry.migrations._first_terms import fill


class Migration(migrations.Migration):
    dependencies = [("distress_registry", "0001_picture")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
