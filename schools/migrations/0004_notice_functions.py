from django.db import migrations

from . import _notice_sql


class Migration(migrations.Migration):
    dependencies = [("schools", "0003_notices"), ("children", "0005_concern")]

    operations = [
        migrations.RunSQL(_notice_sql.GUARDIANS_PAGE, migrations.RunSQL.noop),
    ]
