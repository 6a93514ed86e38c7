from django.db import migrations

from . import _notice_sql


class Migration(migrations.Migration):
    """A link opens nothing once its file is continued in another, or consent is not theirs."""

    dependencies = [
        ("children", "0017_care_plan_due"),
        ("schools", "0020_notice_cleaning"),
    ]

    operations = [
        migrations.RunSQL(_notice_sql.GUARDIANS_PAGE, migrations.RunSQL.noop),
    ]
