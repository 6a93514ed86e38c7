"""The record of a list that went out, in the transaction that makes it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from exchange.models import SharingDirection, SharingRecord


def record_out(
    *, kind: str, department: str, purpose: str, legal_ground: str, fields: Iterable[str],
    rows: int, file_hash: bytes, area_code: str, by: Any, now: datetime,
) -> SharingRecord:  # fmt: skip
    return SharingRecord.objects.create(
        direction=SharingDirection.OUT, kind=kind, department=department, purpose=purpose,
        legal_ground=legal_ground, fields=list(fields), rows=rows, file_hash=file_hash,
        area_code=area_code, by=by, at=now,
    )  # fmt: skip
