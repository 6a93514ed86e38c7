# Foreign keys of files and rows of lists are looked after in sets, see accounts.guard.references.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('children', '0026_references_in_sets'),
        ('exchange', '0028_refused_with_a_reason'),
    ]

    operations = [
        migrations.AlterField(
            model_name='listrow',
            name='child',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='list_rows', to='children.child'),
        ),
        migrations.AlterField(
            model_name='listrow',
            name='list_import',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='exchange.listimport'),
        ),
    ]
