from django.db import migrations

from . import _notice_sql


class Migration(migrations.Migration):
    """A link opens nothing once the guardian's record was written over with another person."""

    dependencies = [
        ("children", "0028_certificate_not_valid_since"),
        ("schools", "0022_lines_go_with_their_file"),
    ]

    operations = [
        migrations.RunSQL(_notice_sql.GUARDIANS_PAGE, migrations.RunSQL.noop),
    ]
