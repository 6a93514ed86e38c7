from django.db import migrations

from ._mask_sql import MASK


class Migration(migrations.Migration):

    dependencies = [
        ('assistance', '0009_education_aid'),
    ]

    operations = [migrations.RunSQL(MASK, migrations.RunSQL.noop)]
