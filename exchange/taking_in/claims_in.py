"""An institution's list of what it asks for: rows judged with plans and signed sessions, entered
into the drafts of its claims, taken back.

A row of which not everything is certain, or that asks for more than may be granted, stays out.
"""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from accounts.models import User
from assistance.actions.claim_sheet import ClaimEntry, Month, take_back_claims
from assistance.models.claim_sheet import claim_plans, lock_plans, place_of, slots_of
from assistance.models.session_sheet import institution_names, lock_children
from assistance.rules.claim_sheet import ClaimRow, Refusal, Verdict, find_plans, within
from exchange.rules.faults import Fault
from exchange.words import masked

from .find_children import Found
from .good import Good
from .listing import Listing
from .sheet import Sheet, certainly, days_elsewhere, fault_of, sort_out

_BLAMED = {
    Refusal.CHILD_UNKNOWN: "name",
    Refusal.INSTITUTION_UNKNOWN: "institution",
    Refusal.NO_PLAN: "institution",
    Refusal.PLAN_AMBIGUOUS: "help_kind",
    Refusal.OUTSIDE_PLAN: "month",
    Refusal.DUPLICATE_IN_FILE: "month",
    Refusal.CLAIM_CHECKED: "month",
    Refusal.CLAIM_COUNT: "sessions",
    Refusal.NOT_SIGNED: "sessions",
    Refusal.BEYOND_PLAN: "sessions",
}  # the others: the money


def judge_claims(
    *, listing: Listing, found: list[Found | None], prints: list[bytes],
    known: Collection[bytes], locks: bool,
) -> Sheet:  # fmt: skip
    """Rows that came in before are left as they are."""
    sheet = Sheet()
    sheet.entered = sort_out(
        lambda fresh: _verdicts(listing, found, fresh, locks), listing=listing, found=found,
        prints=prints, known=known, fault=partial(_fault, listing),
        enter=lambda good, verdict: sheet.claims.append(_entry(verdict, good, listing.area)),
    )  # fmt: skip
    return sheet


def take_back_months(
    *, list_import_id: int, mark: str, again: str, by: User, now: datetime, reason: str
) -> list[Month]:
    """Of a list that is being undone; gives the children's months that stay: checked since, or
    changed by hand.

    `again` is SQL: whether row `r` stands in another list too, whose line stays as well.
    """
    month = "date_trunc('month', (r.marks ->> 'month')::date)::date"
    staying = days_elsewhere(list_import_id, month, again)
    return take_back_claims(mark=mark, staying=staying, by=by, now=now, reason=reason)


def _verdicts(
    listing: Listing, matched: list[Found | None], fresh: list[int], locks: bool
) -> list[Verdict]:
    rows = [_row(listing.good[index], matched[index]) for index in fresh]
    area = listing.area
    children = sorted({row.child_id for row in rows if row.child_id is not None})
    if locks:
        lock_children(children)
    found = find_plans(rows, claim_plans(children, area), institution_names())
    wanted = {
        (one.plan, row.month) for one, row in zip(found, rows, strict=True) if one.plan is not None
    }
    if locks:
        lock_plans({plan for plan, _month in wanted})
    return within(rows, found, slots_of(wanted, area))


def _row(good: Good, one: Found | None) -> ClaimRow:
    return ClaimRow(
        certainly(one), good.facts["institution"], good.facts.get("help_kind", ""), _month(good),
        Decimal(str(good.facts["sessions"])), Decimal(str(good.facts["amount"])),
    )  # fmt: skip


def _month(good: Good) -> date:
    month: date = good.facts["month"]
    return month.replace(day=1)


def _entry(verdict: Verdict, good: Good, area: str) -> ClaimEntry:
    plan = verdict.plan
    assert plan is not None
    facts = good.facts
    return ClaimEntry(
        plan, _month(good), place_of(plan, area), int(facts["sessions"]),
        Decimal(str(facts["amount"])),
    )  # fmt: skip


def _fault(listing: Listing, fresh: list[int], good: Good, verdict: Verdict) -> Fault:
    key = _BLAMED.get(verdict.refusal or Refusal.NO_PLAN, "amount")
    shown: Any = good.facts.get(key)
    if isinstance(shown, float) and shown.is_integer():
        shown = int(shown)
    if key == "month":
        shown = f"{good.facts['month']:%Y-%m}"
    other = listing.good[fresh[verdict.other]] if verdict.other is not None else None
    told = {"shown": masked(key, str(shown)) if shown not in (None, "") else ""}
    return fault_of(good, key, str(verdict.refusal), told | {"limit": verdict.limit}, other)
