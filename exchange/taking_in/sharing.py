"""The record of a list that came in, in the transaction that takes it."""

from datetime import datetime
from typing import Any

from exchange.models import Feed, ListImport, SharingDirection, SharingRecord


def record_in(*, list_import: ListImport, area_code: str, by: Any, now: datetime) -> SharingRecord:
    """Of a list taken in: department, purpose and ground are those of its kind."""
    feed = Feed.objects.get(kind=list_import.kind)
    return SharingRecord.objects.create(
        direction=SharingDirection.IN, kind=list_import.kind, department=feed.department,
        purpose=feed.purpose, legal_ground=feed.legal_ground, fields=list_import.columns,
        rows=list_import.rows, file_hash=list_import.file_hash, area_code=area_code,
        list_import=list_import, by=by, at=now,
    )  # fmt: skip
