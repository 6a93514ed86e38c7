from django.db import migrations

from ._cancelled_sql import AGREE


class Migration(migrations.Migration):
    dependencies = [("assistance", "0030_awards_end_with_entitlements")]
    operations = [migrations.RunSQL(AGREE, migrations.RunSQL.noop)]
