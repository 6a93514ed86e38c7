"""Where a county begins with temporary guardianship; to be replaced by rows of its own.

A year at the most, assessed every three months, told two weeks before: a proposal of our own. The
law (Law on the Protection of Minors, art. 92–96) asks for the assessment and names no number.
"""

from datetime import date
from typing import Any


def fill(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using, now = schema_editor.connection.alias, timezone.now()
    rows = apps.get_model("children", "PlacementTerm").objects.using(using)
    past = apps.get_model("children", "HistoricalPlacementTerm").objects.using(using)
    fields = {
        "starts_on": date(2020, 1, 1), "most_months": 12, "review_months": 3, "told_days": 14,
        "document": "",
    }  # fmt: skip
    row = rows.create(**fields)
    past.create(id=row.pk, **fields, history_type="+", history_date=now)
