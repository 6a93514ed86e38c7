"""What an institution's list of claims is compared with: plans, and the room of each in a month."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import connection

from accounts.models.area import AreaLevel, upper_bound
from assistance.rules.claim_sheet import ClaimPlan, Line, Slot

from .rehabilitation_claim import ClaimLine, ClaimState, RehabilitationClaim
from .rehabilitation_ledger import rooms

_PLANS = """
SELECT p.id, p.child_id, p.institution_id, i.name, p.kind, p.starts_on, p.ends_on,
       left(c.managing_area_id, %(digits)s)
FROM assistance_rehabilitationplan p
JOIN assistance_rehabilitationinstitution i ON i.id = p.institution_id
JOIN children_child c ON c.id = p.child_id
WHERE p.child_id = ANY(%(children)s) AND c.merged_into_id IS NULL
  AND c.managing_area_id >= %(lo)s AND c.managing_area_id < %(hi)s
ORDER BY p.id
"""
# Children are locked by the caller; institutions before plans, as claims lock them.
_LOCKS = (
    "SELECT id FROM assistance_rehabilitationinstitution WHERE id = ANY(%s)"
    " ORDER BY id FOR NO KEY UPDATE",
    "SELECT id FROM assistance_rehabilitationplan WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
)


def claim_plans(children: Sequence[int], area_code: str) -> list[ClaimPlan]:
    """Every plan of those children whose files the area keeps; one statement."""
    asked: dict[str, Any] = {
        "children": list(children), "lo": area_code, "hi": upper_bound(area_code),
        "digits": AreaLevel.COUNTY.value,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PLANS, asked)
        return [ClaimPlan(*row) for row in cursor.fetchall()]


def lock_plans(plans: Collection[ClaimPlan]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS[0], [sorted({plan.institution_id for plan in plans})])
        cursor.execute(_LOCKS[1], [sorted({plan.id for plan in plans})])


def place_of(plan: ClaimPlan, area_code: str) -> str:
    """Whose claim a row goes into: the list's own place, or the county of the file."""
    return area_code or plan.county


def slots_of(
    wanted: Collection[tuple[ClaimPlan, date]], area_code: str
) -> dict[tuple[int, date], Slot]:
    """Plan and month → slot; some queries for each claim, of which a list has few."""
    of_claim: dict[tuple[int, date, str], list[int]] = defaultdict(list)
    for plan, month in wanted:
        of_claim[plan.institution_id, month, place_of(plan, area_code)].append(plan.id)
    found: dict[tuple[int, date], Slot] = {}
    for (institution_id, month, place), plans in of_claim.items():
        rows = RehabilitationClaim.objects.filter(
            institution=institution_id, month=month, area=place,
            state__in=[ClaimState.DRAFT, ClaimState.CHECKED],
        )  # fmt: skip
        claim = rows.first() or RehabilitationClaim(pk=0, month=month)
        room, lines = rooms(plans, claim), _lines(claim, plans)
        is_checked = claim.state == ClaimState.CHECKED
        for plan_id in plans:
            found[plan_id, month] = Slot(room[plan_id], is_checked, lines.get(plan_id))
    return found


def _lines(claim: RehabilitationClaim, plans: Sequence[int]) -> dict[int, Line]:
    rows = ClaimLine.objects.filter(claim_id=claim.pk, plan__in=plans)
    return {
        row.plan_id: Line(
            row.asked_sessions, row.asked_amount, row.granted_sessions, row.granted_amount,
            row.is_by_hand,
        )
        for row in rows
    }  # fmt: skip
