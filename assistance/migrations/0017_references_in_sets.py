# Foreign keys of payment lines are looked after in sets, see accounts.guard.references.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistance', '0016_sessions_within_plan'),
        ('children', '0024_photo_of_its_visit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalpaymentline',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='paymentline',
            name='account',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assistance.paymentaccount', verbose_name='bank account'),
        ),
        migrations.AlterField(
            model_name='paymentline',
            name='child',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payment_lines', to='children.child'),
        ),
        migrations.AlterField(
            model_name='paymentline',
            name='entitlement',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='assistance.entitlement', verbose_name='entitlement'),
        ),
        migrations.AlterField(
            model_name='paymentline',
            name='programme',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assistance.programme', verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='paymentline',
            name='rate',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assistance.entitlementrate', verbose_name='amount of an entitlement'),
        ),
        migrations.AlterField(
            model_name='paymentline',
            name='replaces',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='assistance.paymentline', verbose_name='in place of'),
        ),
        migrations.AlterField(
            model_name='paymentline',
            name='run',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='assistance.paymentrun', verbose_name='payment run'),
        ),
    ]
