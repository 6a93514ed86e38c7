from django.db import migrations

from children.migrations._first_questions import fill


class Migration(migrations.Migration):
    dependencies = [("children", "0010_risk")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
