from django.db import migrations

from . import _notice_sql


class Migration(migrations.Migration):
    dependencies = [("schools", "0002_notices"), ("children", "0004_approval_has_its_month")]

    operations = [
        migrations.RunSQL(_notice_sql.MAY_BE_NOTIFIED, migrations.RunSQL.noop),
        migrations.RunSQL(_notice_sql.GUARDIANS_PAGE, migrations.RunSQL.noop),
    ]
