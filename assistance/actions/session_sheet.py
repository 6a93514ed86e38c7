"""Sessions of an institution's sheet, entered together; and withdrawn together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.history_rows import write_history
from accounts.models import User
from assistance.models import RehabilitationSession
from assistance.models.sheet_plans import CHILD, PLAN, lock_found
from assistance.rules.session_sheet import PlanFacts


@dataclass(frozen=True, slots=True)
class Entry:
    plan: PlanFacts
    held_on: date
    hours: Decimal
    signed_by: str


# Institutions before plans, as claims lock them.
_LOCK = """
SELECT id FROM assistance_rehabilitationinstitution WHERE id = ANY(%s) ORDER BY id FOR SHARE
"""
_ENTER = """
INSERT INTO assistance_rehabilitationsession (uuid, version, updated_at, plan_id, child_id,
    institution_id, held_on, hours, signed_by, entered_by_id, entered_on, withdrawal_reason)
SELECT gen_random_uuid(), 1, %(now)s, r.plan_id, p.child_id, p.institution_id, r.held_on, r.hours,
    r.signed_by, %(by)s, %(today)s, ''
FROM unnest(%(plans)s::bigint[], %(days)s::date[], %(hours)s::numeric[], %(signed)s::text[])
    AS r (plan_id, held_on, hours, signed_by)
JOIN assistance_rehabilitationplan p ON p.id = r.plan_id
ORDER BY r.plan_id, r.held_on
RETURNING id
"""


def enter_sessions(*, entries: Sequence[Entry], by: User, now: datetime, reason: str) -> int:
    """In the caller's transaction, which holds the children. `reason` is what history says."""
    if not entries:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted({entry.plan.institution_id for entry in entries})])
        cursor.execute(_ENTER, {
            "now": now, "by": by.pk, "today": timezone.localdate(now),
            "plans": [entry.plan.id for entry in entries],
            "days": [entry.held_on for entry in entries],
            "hours": [entry.hours for entry in entries],
            "signed": [entry.signed_by for entry in entries],
        })  # fmt: skip
        ids = [pk for (pk,) in cursor.fetchall()]
    write_history(RehabilitationSession, ids, "+", by_id=by.pk, now=now, reason=reason)
    return len(ids)


# Of the sessions that history knows by %(mark)s those that stand, `rests` where a claim needs them.
_MADE = """
WITH made AS (
    SELECT s.id, s.plan_id, s.child_id, s.held_on,
           date_trunc('month', s.held_on)::date AS month
    FROM assistance_historicalrehabilitationsession h
    JOIN assistance_rehabilitationsession s ON s.id = h.id AND s.withdrawn_on IS NULL
    WHERE h.history_type = '+' AND h.history_change_reason = %(mark)s),
going AS (
    SELECT * FROM made m WHERE NOT EXISTS (
        SELECT FROM unnest(%(children)s::bigint[], %(days)s::date[]) AS k (child_id, held_on)
        WHERE k.child_id = m.child_id AND k.held_on = m.held_on)),
of_month AS (
    SELECT plan_id, month, count(*) AS going FROM going GROUP BY plan_id, month),
resting AS (
    SELECT o.plan_id, o.month FROM of_month o
    CROSS JOIN LATERAL (
        SELECT count(*) AS attended FROM assistance_rehabilitationsession s
        WHERE s.plan_id = o.plan_id AND s.withdrawn_on IS NULL
          AND date_trunc('month', s.held_on)::date = o.month) a
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(l.granted_sessions), 0) AS granted FROM assistance_claimline l
        JOIN assistance_rehabilitationclaim c ON c.id = l.claim_id
        WHERE l.plan_id = o.plan_id AND c.month = o.month AND c.state <> 'CANCELLED') g
    WHERE a.attended - o.going < g.granted)
SELECT g.id, g.child_id, g.held_on,
       EXISTS (SELECT FROM resting r WHERE r.plan_id = g.plan_id AND r.month = g.month) AS rests
FROM going g ORDER BY g.id
"""
# Of sessions that history knows by %(mark)s: the child, the plan.
_OF_MADE = """
SELECT s.{column} FROM assistance_historicalrehabilitationsession h
JOIN assistance_rehabilitationsession s ON s.id = h.id
WHERE h.history_type = '+' AND h.history_change_reason = %(mark)s
"""
_WITHDRAW = """
UPDATE assistance_rehabilitationsession SET version = version + 1, updated_at = %(now)s,
    withdrawn_on = %(today)s, withdrawal_reason = %(reason)s WHERE id = ANY(%(ids)s)
"""

Day = tuple[int, date]  # a child's


def take_back_sessions(
    *, mark: str, staying: Sequence[Day], by: User, now: datetime, reason: str
) -> list[Day]:
    """Withdraws what history says was entered under `mark`, but for the days of `staying`.

    Where a claim rests on the sessions of a plan and month, those stay and are answered.
    """
    asked: dict[str, Any] = {
        "mark": mark, "children": [child for child, _day in staying],
        "days": [day for _child, day in staying],
    }  # fmt: skip
    lock_found(CHILD, _OF_MADE.format(column="child_id"), asked)
    lock_found(PLAN, _OF_MADE.format(column="plan_id"), asked)  # what is granted of it stands still
    with connection.cursor() as cursor:
        cursor.execute(_MADE, asked)
        made = cursor.fetchall()
        ids = [pk for pk, _child, _day, rests in made if not rests]
        if ids:
            cursor.execute(_WITHDRAW, {
                "ids": ids, "now": now, "today": timezone.localdate(now), "reason": reason[:200],
            })  # fmt: skip
    write_history(RehabilitationSession, ids, "~", by_id=by.pk, now=now, reason=reason)
    return [(child, day) for _pk, child, day, rests in made if rests]
