"""Numbers asked about: gathered, approved by a second person, sent, answered, closed."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Grant
from accounts.models import User
from accounts.models.area import upper_bound
from children.actions.promises import broken_promise
from children.actions.record import sign
from children.encrypted_book import encrypted
from children.models import StaleRecord
from children.spreadsheet import write_sheet
from exchange.models import AskedNumber, Feed, NumberQuery, NumberQueryState, SharingFigure
from exchange.rules.number_query import LEGAL_GROUND

from .list_out import NotReady
from .second_person import locked
from .sharing import record_out

HEADINGS = ["查询编号", "姓名", "身份证号"]
FIELDS = ["query__number", "name", "id_number"]
CHUNK = 2_000

# Fathers and mothers of children whose files the area keeps, alive as far as these say.
_PARENTS = """
SELECT DISTINCT ON (g.id_number_hash) g.id
FROM children_child c
JOIN children_guardianship s ON s.child_id = c.id AND s.relation IN ('FATHER', 'MOTHER')
JOIN children_guardian g ON g.id = s.guardian_id AND g.id_number_hash IS NOT NULL
WHERE c.managing_area_id >= %(lo)s AND c.managing_area_id < %(hi)s AND c.status <> 'CLOSED'
  AND NOT EXISTS (SELECT 1 FROM children_parentstatus p WHERE p.child_id = c.id
      AND p.parent = s.relation AND p.status = 'DEAD')
ORDER BY g.id_number_hash, g.id
"""
_COUNT = f"SELECT count(*) FROM ({_PARENTS}) parents"
_GATHER = f"""
INSERT INTO exchange_askednumber (query_id, guardian_id, area_code)
SELECT %(query)s, parents.id, %(lo)s FROM ({_PARENTS}) parents
"""


def people_to_ask(area_code: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"lo": area_code, "hi": upper_bound(area_code)})
        return cursor.fetchone()[0]


def ask_numbers(*, kind: str, grant: Grant, purpose: str, now: datetime) -> NumberQuery:
    """Who is asked about is fixed now; always by two people. Raises PromiseBroken for nobody."""
    area = grant.area_code or "~"
    try:
        with transaction.atomic():
            row = NumberQuery(
                kind=kind, area_code=area, purpose=purpose, numbers=people_to_ask(area),
                state=NumberQueryState.ASKED, asked_by=grant.user, asked_at=now,
            )  # fmt: skip
            sign(row, grant.user, now, "")
            row.save()
            with connection.cursor() as cursor:
                cursor.execute(_GATHER, {"query": row.pk, "lo": area, "hi": upper_bound(area)})
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def fetch_numbers(
    *, row: NumberQuery, grant: Grant, password: str, now: datetime
) -> tuple[IO[bytes], int]:
    """The file and how many numbers stand in it; encrypted with a password that is kept nowhere,
    recorded as shared. Raises NotReady.

    The first time the deadline of the answers begins.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        fresh = locked(row)
        figures = SharingFigure.objects.in_force(today)
        if not fresh.may_be_fetched or fresh.asked_by_id != grant.user.pk:
            raise NotReady
        is_first = fresh.sent_at is None
        if is_first and fresh.decided_at and now - fresh.decided_at > timedelta(
            days=figures["DAYS_READY"]
        ):  # fmt: skip
            raise NotReady
        plain, count = write_sheet(
            title="查询名单", head=HEADINGS, rows=_rows(fresh), grant=grant, now=now, as_text=True,
            reference=_("Batch No. %(code)s") % {"code": fresh.code},
        )  # fmt: skip
        file = encrypted(plain, password)
        digest = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
        file.seek(0)
        feed = Feed.objects.get(kind=fresh.kind)
        record_out(
            kind=fresh.kind, department=feed.department, purpose=fresh.purpose,
            legal_ground=feed.legal_ground or LEGAL_GROUND, fields=FIELDS, rows=count,
            file_hash=digest, area_code=fresh.area_code, by=grant.user, now=now,
        )  # fmt: skip
        if is_first:
            fresh.state, fresh.sent_at = NumberQueryState.SENT, now
            fresh.due_on = today + timedelta(days=figures["ANSWER_DAYS"])
            sign(fresh, grant.user, now, "")
            fresh.save()
    return file, count


def _rows(query: NumberQuery) -> Iterator[list[str]]:
    """So many people at once; one number is unsealed at a time."""
    after = 0
    while True:
        rows = AskedNumber.objects.filter(query=query, pk__gt=after).select_related("guardian")
        found = list(rows.order_by("pk")[:CHUNK])
        for row in found:
            yield [query.code, row.guardian.name, row.guardian.id_number]
        if len(found) < CHUNK:
            return
        after = found[-1].pk


def close_query(
    *, row: NumberQuery, version: int, reason: str, by: User, now: datetime
) -> NumberQuery:
    """Though answers are missing. Raises StaleRecord, PromiseBroken without a reason."""
    try:
        with transaction.atomic():
            fresh = locked(row)
            if fresh.version != version or not fresh.is_sent:
                raise StaleRecord(fresh)
            fresh.state, fresh.closed_at = NumberQueryState.CLOSED, now
            fresh.closed_by, fresh.reason = by, reason
            sign(fresh, by, now, reason[:100])
            fresh.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return fresh
