"""Rows of earlier lists that meant nobody, looked at again beside files that were opened since.

As they would have been taken had the file been there: certain rows become the child's, and what
they say otherwise than its file is proposed; of others a person is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.in_bulk import in_bulk
from accounts.scope import EVERYTHING, acting
from exchange.models import FeedKind, ListRow
from exchange.models.feed import OF_PARENTS
from exchange.models.list_turns import wait_for_turn
from exchange.models.pair_sides import facts_of

from .find_children import SEVERAL_ROWS, Found, find_children
from .good import Good
from .proposals import SAYS, differences, propose
from .queue_pairs import queue_rows

# Rows of parents are compared with parents of all files whenever the checks run.
_KINDS = [kind for kind in FeedKind.values if kind not in (FeedKind.REGISTER, *OF_PARENTS)]
_OPENED_BY = (
    "SELECT child_id FROM exchange_listrow WHERE list_import_id = %(by_list)s"
    " AND decision = 'new' AND child_id IS NOT NULL AND undone_at IS NULL"
)
_CHANGED = "SELECT id FROM children_child WHERE updated_at >= %(since)s"
# Who may be meant bears the number, or was born on the day; of what tells neither all is asked.
_ROWS = """
WITH files AS MATERIALIZED (
    SELECT c.id_number_hash, c.birth_date FROM children_child c
     WHERE c.id IN ({files}) AND c.merged_into_id IS NULL)
SELECT r.list_import_id, array_agg(r.id ORDER BY r.id) FROM exchange_listrow r
 WHERE r.kind = ANY(%(kinds)s) AND r.decision = 'new' AND r.child_id IS NULL
   AND r.undone_at IS NULL AND length(r.facts) > 0
   AND (r.id_number_hash IN (SELECT f.id_number_hash FROM files f)
        OR r.birth_date IN (SELECT f.birth_date FROM files f)
        OR r.birth_date IS NULL AND r.id_number_hash IS NULL AND EXISTS (SELECT FROM files))
 GROUP BY 1 ORDER BY 1
"""
_FOUND = """
UPDATE exchange_listrow r SET decision = v.decision, child_id = v.child_id, score = v.score
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::float8[])
       AS v (id, decision, child_id, score) WHERE r.id = v.id
"""
# Of a list that names each child once: those whom another of its rows means already.
_TAKEN = """
SELECT child_id FROM exchange_listrow
 WHERE list_import_id = %s AND decision = 'automatic' AND child_id = ANY(%s)
   AND undone_at IS NULL
"""


@dataclass
class Looked:
    """Rows that are a child's now, rows that a person is asked about, changes proposed."""

    found: int = 0
    asked: int = 0
    proposed: int = 0


def look_again(
    *, now: datetime, by_list: int | None = None, since: datetime | None = None
) -> Looked:  # fmt: skip
    """Beside the files that the list opened or, without one, all that changed `since` then. List
    by list, each in a transaction of its own; run again it finds nothing more."""
    told = {"by_list": by_list, "since": since, "kinds": _KINDS}
    sql = _ROWS.format(files=_OPENED_BY if by_list is not None else _CHANGED)
    looked = Looked()
    with acting(EVERYTHING):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, told)
            parts = cursor.fetchall()
        for list_import, ids in parts:
            with in_bulk():
                _look(list_import, ids, looked, now)
    return looked


def _look(list_import: int, ids: list[int], looked: Looked, now: datetime) -> None:
    wait_for_turn()
    waiting = (
        ListRow.objects.filter(pk__among=ids, decision="new", child=None, undone_at=None)
        .select_related("list_import")
        .order_by("pk")
    )
    rows = [row for row in waiting if row.facts]  # none was forgotten meanwhile
    if not rows:
        return
    kind, columns = rows[0].kind, rows[0].list_import.columns
    goods = [Good(row.row, "", facts_of(row)) for row in rows]
    found = find_children(goods, kind, timezone.localdate(now), columns)
    taken = set() if kind in SEVERAL_ROWS else _taken(list_import, found)
    news = [
        (row, good, one)
        for row, good, one in zip(rows, goods, found, strict=True)
        if one is not None and one.child_id is not None
        and (one.is_asked or (one.decision == "automatic" and one.child_id not in taken))
    ]  # fmt: skip
    if not news:
        return
    signed: dict[str, Any] = {
        "by_id": None, "now": now, "reason": f"{kind} #{list_import}",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [
            [row.pk for row, _, _ in news], [one.decision for _, _, one in news],
            [one.child_id for _, _, one in news], [one.score for _, _, one in news],
        ])  # fmt: skip
    sure = [
        (good, one.child_id)
        for _, good, one in news
        if one.decision == "automatic" and one.child_id is not None
    ]
    looked.found += len(sure)
    looked.asked += queue_rows(
        [(row.pk, one.match, one.sought) for row, _, one in news
         if one.match is not None and one.sought is not None],
        **signed,
    )  # fmt: skip
    if kind in SAYS:
        changes = [change for row in differences(kind, sure) for change in row]
        propose(changes, list_import, signed)
        looked.proposed += len(changes)


def _taken(list_import: int, found: Sequence[Found | None]) -> set[int]:
    children = [one.child_id for one in found if one is not None and one.child_id is not None]
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [list_import, children])
        return {child for (child,) in cursor.fetchall()}
