"""What the columns of a layout are called, and new names for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from children.actions.record import sign
from exchange.models import Layout, LayoutColumn, ListUpload
from exchange.models.feed import wrong_beside_others

MOST = 60  # characters of a heading


def headings_of(kind: str, layout_id: int | None) -> dict[str, str]:
    """Key → heading, of the layouts that the list may have, in their order."""
    layouts = Layout.objects.of(kind)
    if layout_id:
        layouts = layouts.filter(pk=layout_id)
    found: dict[str, str] = {}
    for row in (column for layout in layouts for column in layout.columns.all()):
        found.setdefault(row.key, str(row))
    return found


def headings_by_kind(kinds: Collection[str]) -> dict[str, dict[str, str]]:
    """Kind of list → key → heading; one query."""
    found: dict[str, dict[str, str]] = {}
    rows = LayoutColumn.objects.filter(layout__feed__kind__in=kinds).select_related("layout__feed")
    for row in rows:
        found.setdefault(row.layout.feed.kind, {}).setdefault(row.key, str(row))
    return found


def remember(*, upload: ListUpload, columns: list[dict[str, Any]], by: User, now: datetime) -> None:
    """Headings that a person gave a meaning are known from now on; one that stands in another
    column of the layout meant this fact in this list alone.
    """
    titles = {
        (sheet["sheet"], one["column"]): one["title"]
        for sheet in upload.sheets
        for one in sheet["columns"]
    }
    layouts = {sheet["sheet"]: sheet["layout"] for sheet in upload.sheets}
    with transaction.atomic():
        for one in columns:
            title = titles[one["sheet"], one["column"]]
            rows = LayoutColumn.objects.select_for_update().filter(
                layout__feed__kind=upload.kind, layout__title=layouts[one["sheet"]],
                layout__is_active=True, key=one["key"],
            )  # fmt: skip
            for row in rows:
                if title in row.headings or len(title) > MOST:
                    continue
                row.headings = [*row.headings, title]
                if not wrong_beside_others(row):
                    sign(row, by, now, "")
                    row.save()
