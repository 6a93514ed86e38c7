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
