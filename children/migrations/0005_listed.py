"""Functions that gather and count what a page of the list shows."""

from django.db import migrations

from children.migrations._sql import LISTED
from children.rules.categories import SECRET

SECRETS = ", ".join(f"'{code.value}'" for code in sorted(SECRET))


class Migration(migrations.Migration):
    dependencies = [("children", "0004_approval_has_its_month")]

    operations = [
        migrations.RunSQL(
            LISTED.replace("{secret}", SECRETS),
            "DROP FUNCTION registry_listed(bigint[], date);"
            "DROP FUNCTION registry_count_children(text, text, integer);",
        )
    ]
