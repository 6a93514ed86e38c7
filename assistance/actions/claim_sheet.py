"""An institution's list of claims, entered into the drafts of its months; and taken back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.history_rows import write_history
from accounts.models import User
from assistance.models import ClaimLine, RehabilitationClaim, RehabilitationPlan
from assistance.models.sheet_plans import CHILD, INSTITUTION, lock_found
from assistance.rules.claim_sheet import ClaimPlan
from assistance.rules.rehabilitation import ClaimStep
from children.actions.record import sign

from .rehabilitation_claim import LineFigures, fill, insert_lines, update_lines


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """`place`: the code of the area whose claim it goes into."""

    plan: ClaimPlan
    month: date
    place: str
    sessions: int
    amount: Decimal


def enter_claims(*, entries: Sequence[ClaimEntry], by: User, now: datetime, reason: str) -> None:
    """In the caller's transaction, which holds children, institutions and plans.

    All that is asked is granted: what goes beyond was refused. `reason` is what history says.
    """
    of_claim: dict[tuple[int, date, str], list[ClaimEntry]] = defaultdict(list)
    for entry in entries:
        of_claim[entry.plan.institution_id, entry.month, entry.place].append(entry)
    for (institution_id, month, place), rows in sorted(of_claim.items()):
        claim = _draft(institution_id, month, place, by, now, reason)
        known = set(ClaimLine.objects.filter(claim=claim).values_list("plan_id", flat=True))
        lines = [
            LineFigures(
                row.plan.id, row.plan.child_id, row.sessions, row.amount, row.sessions, row.amount
            )
            for row in rows
        ]
        told: dict[str, Any] = {"by": by, "now": now, "reason": reason, "is_by_hand": True}
        insert_lines(claim, [line for line in lines if line.plan_id not in known], **told)
        update_lines(claim, [line for line in lines if line.plan_id in known], **told)


def _draft(
    institution_id: int, month: date, place: str, by: User, now: datetime, reason: str
) -> RehabilitationClaim:
    rows = RehabilitationClaim.objects.select_for_update(of=("self",), no_key=True)
    of_month = {"institution_id": institution_id, "month": month, "area_id": place}
    known = rows.filter(**of_month, state=ClaimStep.DRAFT.value).first()
    if known is not None:
        return known
    claim = RehabilitationClaim(**of_month, made_by=by, made_at=now)
    sign(claim, by, now, reason)
    claim.save(force_insert=True)
    return claim


# Taken back ---------------------------------------------------------------------------------------

_CHILDREN = """
SELECT h.child_id FROM assistance_historicalclaimline h WHERE h.history_change_reason = %s
"""
_INSTITUTIONS = """
SELECT c.institution_id FROM assistance_historicalclaimline h
JOIN assistance_rehabilitationclaim c ON c.id = h.claim_id WHERE h.history_change_reason = %s
"""
# Lines that history knows by the mark: as the list left them, in a draft, or worked on since.
_MADE = """
SELECT l.id, l.claim_id, l.plan_id, l.child_id, c.month, h.history_type = '+',
       c.state <> 'DRAFT' OR (
           SELECT x.history_change_reason FROM assistance_historicalclaimline x
           WHERE x.id = l.id ORDER BY x.history_id DESC LIMIT 1) IS DISTINCT FROM %(mark)s
FROM assistance_historicalclaimline h
JOIN assistance_claimline l ON l.id = h.id
JOIN assistance_rehabilitationclaim c ON c.id = l.claim_id
WHERE h.history_change_reason = %(mark)s AND h.history_type IN ('+', '~') AND NOT EXISTS (
    SELECT FROM unnest(%(children)s::bigint[], %(months)s::date[]) AS k (child_id, month)
    WHERE k.child_id = l.child_id AND k.month = c.month)
ORDER BY l.id
"""
_PROPOSED_AGAIN = """
UPDATE assistance_claimline SET version = version + 1, updated_at = %s, is_by_hand = false
WHERE id = ANY(%s)
"""

Month = tuple[int, date]  # a child's


def take_back_claims(
    *, mark: str, staying: Sequence[Month], by: User, now: datetime, reason: str
) -> list[Month]:
    """What history says was entered under `mark`, but for the months of `staying`.

    Lines go, or stand as the sessions propose them again; claims left empty are cancelled. Lines
    of claims that were checked, or changed by hand since, stay and are answered.
    """
    asked: dict[str, Any] = {
        "mark": mark, "children": [child for child, _month in staying],
        "months": [month for _child, month in staying],
    }  # fmt: skip
    lock_found(CHILD, _CHILDREN, [mark])
    lock_found(INSTITUTION, _INSTITUTIONS, [mark])
    with connection.cursor() as cursor:
        cursor.execute(_MADE, asked)
        made = cursor.fetchall()
    going = [row for row in made if not row[6]]
    _delete([row[0] for row in going if row[5]], by, now, reason)
    _propose_again([row for row in going if not row[5]], by, now, reason)
    _cancel_empty({row[1] for row in going}, mark, by, now, reason)
    return [(child, month) for _pk, _claim, _plan, child, month, _new, stays in made if stays]


def _delete(ids: list[int], by: User, now: datetime, reason: str) -> None:
    write_history(ClaimLine, ids, "-", by_id=by.pk, now=now, reason=reason)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assistance_claimline WHERE id = ANY(%s)", [ids])


def _propose_again(rows: Sequence[Any], by: User, now: datetime, reason: str) -> None:
    if not rows:
        return
    ids = [row[0] for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_PROPOSED_AGAIN, [now, ids])
    write_history(ClaimLine, ids, "~", by_id=by.pk, now=now, reason=reason)
    for claim in RehabilitationClaim.objects.filter(pk__in={row[1] for row in rows}).order_by("pk"):
        plans = RehabilitationPlan.objects.filter(
            pk__in=[row[2] for row in rows if row[1] == claim.pk]
        )
        locked = plans.select_for_update(of=("self",), no_key=True).order_by("pk")
        fill(claim, list(locked), by, now)


def _cancel_empty(claims: set[int], mark: str, by: User, now: datetime, reason: str) -> None:
    """Those alone that the list itself began."""
    rows = RehabilitationClaim.objects.filter(pk__in=claims, lines=None)
    for claim in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        if claim.history.earliest("history_id").history_change_reason == mark:
            claim.state = ClaimStep.CANCELLED.value
            sign(claim, by, now, reason)
            claim.save()
