"""What an institution's list of claims is compared with: plans, and the room of each in a month."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from accounts.models.area import AreaLevel
from assistance.rules.claim_sheet import ClaimPlan, Line, Slot

from .rehabilitation_claim import ClaimLine, ClaimState, RehabilitationClaim
from .rehabilitation_ledger import rooms
from .sheet_plans import INSTITUTION, PLAN, lock, plans_with

_FACTS = f"""p.id, p.child_id, p.institution_id, i.name, p.kind, p.starts_on, p.ends_on,
    left(c.managing_area_id, {AreaLevel.COUNTY.value})"""


def claim_plans(children: Sequence[int], area_code: str) -> list[ClaimPlan]:
    return [ClaimPlan(*row) for row in plans_with(_FACTS, children, area_code)]


def lock_plans(plans: Collection[ClaimPlan]) -> None:
    """And their institutions; children are locked by the caller."""
    lock(INSTITUTION, {plan.institution_id for plan in plans})
    lock(PLAN, {plan.id for plan in plans})


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
