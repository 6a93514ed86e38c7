"""What rows of lists say, for as long as it is of use: then hashes and marks alone stay.

Of use is a row that stands in the newest list of its kind for its township, one that a person
compared or is to compare with a file, and one that an open finding is about.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from exchange.models import FeedKind, ListRow, SharingFigure
from exchange.models.finding import OPEN_STATES

from .good import plain
from .listing import Listing

_FORGET = """
WITH kept AS (
    SELECT r.id, r.kind, left(r.area_code, 9) AS place, r.undone_at, length(r.facts) > 0 AS says,
           greatest(i.at, (SELECT max(j.at) FROM exchange_listagain a
                             JOIN exchange_listimport j ON j.id = a.list_import_id
                            WHERE a.list_row_id = r.id)) AS came_at
      FROM exchange_listrow r JOIN exchange_listimport i ON i.id = r.list_import_id),
newest AS (
    SELECT kind, place, max(came_at) AS came_at FROM kept WHERE undone_at IS NULL GROUP BY 1, 2)
UPDATE exchange_listrow r SET facts = ''
  FROM kept k LEFT JOIN newest n ON n.kind = k.kind AND n.place = k.place
 WHERE r.id = k.id AND k.says
   AND (k.came_at <= %(long_ago)s OR k.came_at <= %(lately)s
        AND (k.undone_at IS NOT NULL OR n.came_at > k.came_at))
   AND NOT EXISTS (SELECT FROM exchange_matchpair p WHERE p.list_row_id = r.id)
   AND NOT EXISTS (SELECT FROM exchange_finding f
                    WHERE f.list_row_id = r.id AND f.state = ANY(%(open)s))
"""
_FORGOTTEN = """
SELECT id, uuid, fingerprint FROM exchange_listrow
 WHERE kind = %s AND fingerprint = ANY(%s) AND undone_at IS NULL AND length(facts) = 0
"""
_KEEP = """
UPDATE exchange_listrow r SET facts = v.facts
  FROM unnest(%s::bigint[], %s::bytea[]) AS v (id, facts) WHERE r.id = v.id
"""


def forget_rows(*, now: datetime) -> int:
    """How many say nothing any more. Repeatable."""
    figures = SharingFigure.objects.in_force(timezone.localdate(now))
    told: dict[str, Any] = {
        "long_ago": now - timedelta(days=figures["ROW_DAYS"]),
        "lately": now - timedelta(days=figures["FILE_DAYS"]), "open": list(OPEN_STATES),
    }  # fmt: skip
    with acting(EVERYTHING), connection.cursor() as cursor:
        cursor.execute(_FORGET, told)
        return cursor.rowcount


def keep_again(listing: Listing, prints: Sequence[bytes], known: set[bytes]) -> None:
    """A row that was forgotten and comes again says again what it said; in a transaction."""
    if listing.kind == FeedKind.REGISTER:  # its child is on file
        return
    came_again = {mark: index for index, mark in enumerate(prints) if mark in known}
    if not came_again:
        return
    column: Any = ListRow._meta.get_field("facts")
    with connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, [listing.kind, list(came_again)])
        rows = [
            (key, column.seal(plain(listing.good[came_again[bytes(mark)]].facts), row_key))
            for key, row_key, mark in cursor.fetchall()
        ]
        if rows:
            cursor.execute(_KEEP, [list(each) for each in zip(*rows, strict=True)])
