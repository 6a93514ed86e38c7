"""Where a county begins: whom the guarantees concern. Programmes it adds itself: it has its own."""

from datetime import date
from typing import Any

# Orphans, de facto unattended and destitute children are owed their living, so are those of poor
# households and those whose own illness or disability costs it (国发〔2016〕36号, part two).
LIVING = [
    "ORPHAN_INST", "ORPHAN_SCAT", "DE_FACTO", "HIV", "TEKUN", "LOWINC_DIBAO", "SEV_DISABLED",
    "SEV_ILL",
]  # fmt: skip
MEDICAL = [*LIVING, "DISABLED", "LOWINC_EDGE", "LOWINC_RIGID", "POVERTY_MONITOR"]
WELFARE = ["SEV_DISABLED", "DISABLED"]
TERMS = {"LIVING": LIVING, "MEDICAL": MEDICAL, "WELFARE": WELFARE}


def fill(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using, now = schema_editor.connection.alias, timezone.now()
    rows = apps.get_model("distress_registry", "GuaranteeTerm").objects.using(using)
    past = apps.get_model("distress_registry", "HistoricalGuaranteeTerm").objects.using(using)
    for guarantee, categories in TERMS.items():
        for category in categories:
            fields = {"guarantee": guarantee, "category": category, "from_month": date(2020, 1, 1)}
            row = rows.create(**fields)
            past.create(id=row.pk, **fields, history_type="+", history_date=now)
