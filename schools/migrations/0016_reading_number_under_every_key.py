"""The function behind guardians' pages takes the number's hash under every key in use."""

from django.db import migrations

from . import _notice_sql

OLD = (
    "bytea, bytea, bytea, timestamptz, date, integer, integer, text, text, text"
)


class Migration(migrations.Migration):
    dependencies = [("schools", "0015_helper_load")]

    operations = [
        migrations.RunSQL(
            f"DROP FUNCTION IF EXISTS registry_guardians_page({OLD});",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(_notice_sql.GUARDIANS_PAGE, migrations.RunSQL.noop),
    ]
