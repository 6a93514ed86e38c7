"""The checks as a county begins with them, from `exchange.rules`; after that they are edited."""

from typing import Any

from exchange.rules.check_defaults import DEFAULTS


def fill(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using, now = schema_editor.connection.alias, timezone.now()
    rows = apps.get_model("exchange", "Check").objects.using(using)
    past = apps.get_model("exchange", "HistoricalCheck").objects.using(using)
    for code, default in DEFAULTS.items():
        fields = {
            "code": code, "is_active": True, "severity": default.severity,
            "deadline_days": default.days, "department": default.department,
            "needs_visit": default.needs_visit, "programmes": list(default.programmes),
        }  # fmt: skip
        row = rows.create(**fields)
        past.create(id=row.pk, **fields, history_type="+", history_date=now)


def fill_asks(apps: Any, schema_editor: Any) -> None:
    """Which departments may be asked, of checks as they stand."""
    from django.utils import timezone

    using, now = schema_editor.connection.alias, timezone.now()
    past = apps.get_model("exchange", "HistoricalCheck").objects.using(using)
    for row in apps.get_model("exchange", "Check").objects.using(using).order_by("pk"):
        default = DEFAULTS.get(row.code)
        if default is None or not default.asks:
            continue
        row.asks = list(default.asks)
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
