"""Further headings join the layouts that stand, with their history."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone


def adding(words: Mapping[tuple[str, str], tuple[str, ...]]) -> Callable[[Any, Any], None]:
    """`words`: kind of feed and key of column → headings, which go behind those of the same column
    where no other column of the layout has them."""

    def add(apps: Any, schema_editor: Any) -> None:
        using = schema_editor.connection.alias
        model = apps.get_model("exchange", "LayoutColumn")
        past = apps.get_model("exchange", "HistoricalLayoutColumn")
        now = timezone.now()
        for kind in dict.fromkeys(kind for kind, _key in words):
            rows = list(model.objects.using(using).filter(layout__feed__kind=kind).order_by("pk"))
            for row in rows:
                taken = {h for one in rows if one.layout_id == row.layout_id for h in one.headings}
                more = [
                    heading for heading in words.get((kind, row.key), ()) if heading not in taken
                ]
                if not more:
                    continue
                row.headings = [*row.headings, *more]
                row.save(using=using)
                facts = {
                    field.attname: getattr(row, field.attname)
                    for field in row._meta.concrete_fields
                    if field.attname not in ("id", "pk")
                }
                past.objects.using(using).create(
                    id=row.pk, **facts, history_type="~", history_date=now
                )

    return add
