"""Functions that gather, count and walk what a page of the list shows."""

from django.db import migrations

from children.migrations import _sql
from children.rules.categories import SECRET

SECRETS = ", ".join(f"'{code.value}'" for code in sorted(SECRET))


class Migration(migrations.Migration):
    dependencies = [("children", "0005_concern")]

    operations = [
        migrations.RunSQL(
            _sql.LISTED.replace("{secret}", SECRETS) + _sql.WALK,
            "DROP FUNCTION registry_listed(bigint[], date);"
            "DROP FUNCTION registry_count_children(text, text, integer);"
            "DROP FUNCTION registry_walk_children(text[], text, text, bigint, timestamptz, date,"
            " date, integer, integer);",
        ),
        # A key counts as frequent from 2,000 on: many is what is more than 1,000.
        migrations.RunSQL(_sql.SEARCH, migrations.RunSQL.noop),
    ]
