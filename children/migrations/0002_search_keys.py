from django.db import migrations

from children.rules.categories import SECRET

from . import _sql

_secret = ", ".join(f"'{code.value}'" for code in sorted(SECRET))


class Migration(migrations.Migration):
    dependencies = [("children", "0001_initial")]

    operations = [
        migrations.RunSQL(
            _sql.RELATED_KEYS.replace("{secret}", _secret), migrations.RunSQL.noop
        ),
        migrations.RunSQL(_sql.related_triggers(), migrations.RunSQL.noop),
        migrations.RunSQL(_sql.NIGHTLY + _sql.SEARCH + _sql.ID_KNOWN, migrations.RunSQL.noop),
    ]
