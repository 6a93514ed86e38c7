"""Whoever ends an agreement says why."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

NOT_ASKED = "（当时未要求填写理由）"


def say_so(apps: Any, schema_editor: Any) -> None:
    """Of what was ended before reasons were asked for: by whom, its history knows."""
    using, now = schema_editor.connection.alias, timezone.now()
    past = apps.get_model("exchange", "HistoricalSharingAgreement").objects.using(using)
    rows = apps.get_model("exchange", "SharingAgreement").objects.using(using)
    for row in rows.filter(ended_at__isnull=False):
        lines = past.filter(id=row.pk, ended_at__isnull=False).order_by("history_id")
        ended = lines.exclude(history_user_id=None).first()
        row.ended_by_id = ended.history_user_id if ended else row.made_by_id
        row.end_reason = NOT_ASKED
        row.save(using=using)
        facts = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.attname != "id"
        }
        past.create(id=row.pk, **facts, history_type="~", history_date=now)
    # Nothing is left waiting: a table with checks to come takes no constraint.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0031_accepted_taken_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalsharingagreement',
            name='end_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why it was ended'),
        ),
        migrations.AddField(
            model_name='historicalsharingagreement',
            name='ended_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='sharingagreement',
            name='end_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why it was ended'),
        ),
        migrations.AddField(
            model_name='sharingagreement',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.RunPython(say_so, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='sharingagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason__regex', '^\\s*$'), _negated=True)), _connector='OR'), name='agreement_ended_by_whom_and_why', violation_error_message='Whoever ends an agreement says why.'),
        ),
    ]
