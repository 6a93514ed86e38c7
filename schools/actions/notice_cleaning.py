"""What notices leave behind and nobody needs; what proves a delivery stays with its row."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.history_rows import write_history
from schools.models import Norm, NoticeDelivery

AT_ONCE = 5_000  # links of one transaction

_FORGET_LINKS = """
UPDATE schools_noticedelivery SET link_hash = NULL, version = version + 1, updated_at = %(now)s
WHERE id IN (
    SELECT id FROM schools_noticedelivery
    WHERE link_hash IS NOT NULL AND link_ends_at < %(now)s AND state <> 'CLAIMED'
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def forget_ended_links(*, now: datetime, most: int = AT_ONCE) -> int:
    """Up to `most` links that open nothing any more; when each ended stays. How many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_LINKS, {"now": now, "most": most})
            ids = [row[0] for row in cursor.fetchall()]
        write_history(NoticeDelivery, ids, "~", by_id=None, now=now, reason="link ended")
    return len(ids)


def forget_old_tries(*, now: datetime) -> int:
    """Numbers tried longer ago than the norm says, unless the link they tried still lives.

    How many. That a page was opened, read and answered stands on the delivery and stays. Raises
    unless everything is in scope: no person deletes tries.
    """
    days = Norm.objects.in_force(timezone.localdate(now))["NOTICE_TRIES_KEPT_DAYS"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_forget_tries(%s, %s)", [now - timedelta(days=days), now])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
