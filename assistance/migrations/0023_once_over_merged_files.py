from django.db import migrations

from ._once_sql import ONCE


class Migration(migrations.Migration):
    """What a file had that is continued in another one is not given again there."""

    dependencies = [
        ("assistance", "0022_certificate_not_valid"),
    ]

    operations = [migrations.RunSQL(ONCE, migrations.RunSQL.noop)]
