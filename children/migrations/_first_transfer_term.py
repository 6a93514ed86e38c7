"""Where a county begins with handovers; to be replaced by rows of its own.

Answered within ten days, told to the county five days later, readable for the old place for thirty
days more: a proposal of our own. No rule that we know of names a number.
"""

from datetime import date
from typing import Any


def fill(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using, now = schema_editor.connection.alias, timezone.now()
    rows = apps.get_model("children", "TransferTerm").objects.using(using)
    past = apps.get_model("children", "HistoricalTransferTerm").objects.using(using)
    fields = {
        "starts_on": date(2020, 1, 1), "answer_days": 10, "alarm_days": 5, "readable_days": 30,
        "document": "",
    }  # fmt: skip
    row = rows.create(**fields)
    past.create(id=row.pk, **fields, history_type="+", history_date=now)
