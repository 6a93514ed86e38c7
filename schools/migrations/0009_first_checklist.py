from django.db import migrations

from schools.migrations._first_checklist import fill


class Migration(migrations.Migration):
    dependencies = [("schools", "0008_wellbeing")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
