# Foreign keys of files and rows of lists are looked after in sets, see accounts.guard.references.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_deputies_are_there'),
        ('children', '0025_hospital_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='caseaccess',
            name='area',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.area', verbose_name='area'),
        ),
        migrations.AlterField(
            model_name='caseaccess',
            name='child',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='access_rows', to='children.child'),
        ),
        migrations.AlterField(
            model_name='caseaccess',
            name='organisation',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation'),
        ),
        migrations.AlterField(
            model_name='caseaccess',
            name='user',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AlterField(
            model_name='categoryspell',
            name='child',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='category_spells', to='children.child'),
        ),
        migrations.AlterField(
            model_name='categoryspell',
            name='local_class',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'code_list': 'LOCAL_CLASS'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='children.codeentry', verbose_name='local benefit class'),
        ),
        migrations.AlterField(
            model_name='child',
            name='ethnicity',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, limit_choices_to={'code_list': 'ETHNICITY'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='children.codeentry', verbose_name='ethnicity'),
        ),
        migrations.AlterField(
            model_name='child',
            name='hukou_area',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.area', verbose_name='household registration'),
        ),
        migrations.AlterField(
            model_name='child',
            name='managing_area',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.area', verbose_name='file kept by'),
        ),
        migrations.AlterField(
            model_name='child',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='children.child', verbose_name='continued in'),
        ),
        migrations.AlterField(
            model_name='child',
            name='residence_area',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.area', verbose_name='lives in'),
        ),
        migrations.AlterField(
            model_name='disabilitycertificate',
            name='child',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='children.child'),
        ),
        migrations.AlterField(
            model_name='economicstatusspell',
            name='child',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='economic_statuses', to='children.child'),
        ),
        migrations.AlterField(
            model_name='guardian',
            name='recorded_in',
            field=models.ForeignKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.area'),
        ),
        migrations.AlterField(
            model_name='guardianship',
            name='child',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='guardianships', to='children.child'),
        ),
        migrations.AlterField(
            model_name='guardianship',
            name='guardian',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='guardianships', to='children.guardian', verbose_name='guardian'),
        ),
        migrations.AlterField(
            model_name='historicalcaseaccess',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicalcategoryspell',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicalchild',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicaldisabilitycertificate',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicaleconomicstatusspell',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicalguardian',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicalguardianship',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicalparentstatus',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='parentstatus',
            name='child',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='parent_statuses', to='children.child'),
        ),
        migrations.AlterField(
            model_name='parentstatus',
            name='verified_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by'),
        ),
    ]
