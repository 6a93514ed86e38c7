"""What the registry says of the rows of a list stands in a table of the county's own.

The list itself keeps the two numbers that whoever sent it is told, in each version of its past.
"""

import accounts.history
import django.db.models.deletion
import django.db.models.functions.comparison
import simple_history.models
from django.conf import settings
from django.db import migrations, models


# The past says the same in other columns: rows and their history are carried over alike, so that
# each row agrees with its last version and needs no new one.
_SENDER = """
    rows = (counts ->> 'rows')::integer,
    wrong = CASE WHEN counts ? 'rows' THEN coalesce((counts ->> 'told')::integer, 0) END,
    taken_in_at = (SELECT i.at FROM exchange_listimport i WHERE i.id = list_import_id)
"""
_REPORT = "counts - 'told'"
CARRY_OVER = f"""
ALTER TABLE exchange_listupload DISABLE TRIGGER USER;
UPDATE exchange_listupload SET {_SENDER}
 WHERE counts <> '{{}}' OR list_import_id IS NOT NULL;
ALTER TABLE exchange_listupload ENABLE TRIGGER USER;
UPDATE exchange_historicallistupload SET {_SENDER}
 WHERE counts <> '{{}}' OR list_import_id IS NOT NULL;
INSERT INTO exchange_listreport (upload_id, area_code, counts)
SELECT id, area_code, {_REPORT} FROM exchange_listupload WHERE counts <> '{{}}' ORDER BY id;
INSERT INTO exchange_historicallistreport (id, upload_id, area_code, counts, history_date,
    history_change_reason, history_type, history_user_id, txid, acting_posting_id)
SELECT r.id, h.id, h.area_code, h.{_REPORT}, h.history_date, h.history_change_reason,
       CASE WHEN h.before IS NULL OR h.before = '{{}}' THEN '+' ELSE '~' END, h.history_user_id,
       h.txid, h.acting_posting_id
  FROM (SELECT *, lag(counts) OVER (PARTITION BY id ORDER BY history_id) AS before
          FROM exchange_historicallistupload) h
  JOIN exchange_listreport r ON r.upload_id = h.id
 WHERE h.counts <> '{{}}' AND h.counts IS DISTINCT FROM h.before
 ORDER BY h.history_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_which_department'),
        ('exchange', '0043_subsidies_asked_by_yes_and_no'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalListReport',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('txid', accounts.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id', template='%(function)s()'), editable=False)),
                ('acting_posting_id', models.BigIntegerField(db_default=django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.NullIf(models.Func(models.Value('registry.posting_id'), models.Value(True), function='current_setting'), models.Value('')), models.BigIntegerField()), editable=False, null=True)),
                ('area_code', models.CharField(max_length=12)),
                ('counts', models.JSONField(default=dict)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical report on a list',
                'verbose_name_plural': 'historical reports on lists',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ListReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area_code', models.CharField(db_collation='C', max_length=12)),
                ('counts', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'report on a list',
                'verbose_name_plural': 'reports on lists',
            },
        ),
        migrations.RemoveConstraint(
            model_name='listupload',
            name='list_upload_taken_in_is_an_import',
        ),
        migrations.AddField(
            model_name='historicallistupload',
            name='rows',
            field=models.PositiveIntegerField(null=True, verbose_name='rows'),
        ),
        migrations.AddField(
            model_name='historicallistupload',
            name='taken_in_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='taken in'),
        ),
        migrations.AddField(
            model_name='historicallistupload',
            name='wrong',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='listupload',
            name='rows',
            field=models.PositiveIntegerField(null=True, verbose_name='rows'),
        ),
        migrations.AddField(
            model_name='listupload',
            name='taken_in_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='taken in'),
        ),
        migrations.AddField(
            model_name='listupload',
            name='wrong',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='historicallistreport',
            name='history_user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicallistreport',
            name='upload',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='exchange.listupload'),
        ),
        migrations.AddField(
            model_name='listreport',
            name='upload',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='exchange.listupload'),
        ),
        migrations.AddIndex(
            model_name='historicallistreport',
            index=models.Index(fields=['id', 'history_date'], name='listreport_history'),
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='historicallistupload',
            name='counts',
        ),
        migrations.RemoveField(
            model_name='listupload',
            name='counts',
        ),
        migrations.AddConstraint(
            model_name='listupload',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['TAKEN_IN', 'UNDONE']), _negated=True), models.Q(('list_import__isnull', False), ('taken_in_at__isnull', False), ('taken_in_by__isnull', False)), _connector='OR'), name='list_upload_taken_in_is_an_import'),
        ),
    ]
