"""Where a county begins: the table of practice by risk, to be replaced by its own rows."""

from datetime import date
from typing import Any

# risk, points from which, first visit, visit, call (days), re-verification (months), second try,
# put off at the most (days). Visits, calls and re-verification: local practice by risk; first visit
# within ten working days of a lead; tries and putting off: own proposal.
ROWS = [
    ("HIGH", 8, 7, 30, 7, 3, 2, 7),
    ("MEDIUM", 4, 14, 90, 30, 6, 5, 30),
    ("LOW", 0, 14, 180, 90, 12, 7, 60),
    ("UNKNOWN", None, 14, 90, 30, 6, 5, 30),  # as medium, until the risk is assessed
]
FIGURES = (
    "risk_level", "from_points", "first_visit_days", "visit_days", "call_days", "verify_months",
    "second_try_days", "put_off_days",
)  # fmt: skip


def fill(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using, now = schema_editor.connection.alias, timezone.now()
    rows = apps.get_model("children", "Cadence").objects.using(using)
    past = apps.get_model("children", "HistoricalCadence").objects.using(using)
    for figures in ROWS:
        fields = dict(zip(FIGURES, figures, strict=True))
        fields |= {"starts_on": date(2020, 1, 1), "document": ""}
        row = rows.create(**fields)
        past.create(id=row.pk, **fields, history_type="+", history_date=now)
