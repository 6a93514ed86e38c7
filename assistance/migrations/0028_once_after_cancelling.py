from django.db import migrations

from ._once_sql import ONCE


class Migration(migrations.Migration):
    dependencies = [("assistance", "0027_certificate_holds_no_more")]
    operations = [migrations.RunSQL(ONCE, migrations.RunSQL.noop)]
