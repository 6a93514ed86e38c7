"""Whoever refuses what somebody wants to give away says why."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

NOT_ASKED = "（当时未要求填写理由）"


def say_so(apps: Any, schema_editor: Any) -> None:
    """Of what was refused before reasons were asked for."""
    using, now = schema_editor.connection.alias, timezone.now()
    for name in ("ListOut", "NumberQuery"):
        past = apps.get_model("exchange", f"Historical{name}").objects.using(using)
        for row in apps.get_model("exchange", name).objects.using(using).filter(state="REFUSED"):
            row.refusal_reason = NOT_ASKED
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
        ('exchange', '0027_proposed_again'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicallistout',
            name='refusal_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why refused'),
        ),
        migrations.AddField(
            model_name='historicalnumberquery',
            name='refusal_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why refused'),
        ),
        migrations.AddField(
            model_name='listout',
            name='refusal_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why refused'),
        ),
        migrations.AddField(
            model_name='numberquery',
            name='refusal_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why refused'),
        ),
        migrations.RunPython(say_so, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='listout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'REFUSED'), models.Q(('refusal_reason__regex', '^\\s*$'), _negated=True)), models.Q(models.Q(('state', 'REFUSED'), _negated=True), ('refusal_reason', '')), _connector='OR'), name='list_out_refused_with_a_reason', violation_error_message='Whoever refuses says why.'),
        ),
        migrations.AddConstraint(
            model_name='numberquery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'REFUSED'), models.Q(('refusal_reason__regex', '^\\s*$'), _negated=True)), models.Q(models.Q(('state', 'REFUSED'), _negated=True), ('refusal_reason', '')), _connector='OR'), name='number_query_refused_with_a_reason', violation_error_message='Whoever refuses says why.'),
        ),
    ]
