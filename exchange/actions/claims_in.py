"""An institution's list of what it asks for: rows judged with plans and signed sessions, entered
into the drafts of its claims, taken back.

A row of which not everything is certain, or that asks for more than may be granted, stays out.
"""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import User
from assistance.actions.claim_sheet import ClaimEntry, Month, take_back_claims
from assistance.models.claim_sheet import claim_plans, lock_plans, place_of, slots_of
from assistance.models.session_sheet import institution_names, lock_children
from assistance.rules.claim_sheet import ClaimRow, Refusal, Verdict, find_plans, within
from exchange.rules.faults import Fault
from exchange.words import masked

from .find_children import Found
from .listing import Good, Listing
from .sheet import Sheet, fault_of, keep_only

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
    """Takes what cannot be entered out of `listing.good`, `found` and `prints`.

    Rows that came in before are left as they are.
    """
    fresh = [index for index, mark in enumerate(prints) if mark not in known]
    rows = [_row(listing.good[index], found[index]) for index in fresh]
    verdicts = dict(zip(fresh, _verdicts(rows, listing.area, locks), strict=True))
    sheet, kept = Sheet(), list[int]()
    for index, good in enumerate(listing.good):
        verdict = verdicts.get(index)
        if verdict is not None and verdict.refusal is not None:
            listing.faults.append(_fault(listing, fresh, good, verdict))
            continue
        if verdict is not None and verdict.is_entered:
            sheet.entered.add(len(kept))
        elif verdict is not None and verdict.plan is not None:
            sheet.claims.append(_entry(verdict, good, listing.area))
        kept.append(index)
    keep_only(kept, listing=listing, found=found, prints=prints)
    return sheet


def take_back_months(
    *, list_import_id: int, mark: str, again: str, by: User, now: datetime, reason: str
) -> list[Month]:
    """Of a list that is being undone; gives the children's months that stay: checked since, or
    changed by hand.

    `again` is SQL: whether row `r` stands in another list too, whose line stays as well.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(c.merged_into_id, c.id),"
            " date_trunc('month', (r.marks ->> 'month')::date)::date"
            " FROM exchange_listrow r JOIN children_child c ON c.id = r.child_id"
            f" WHERE r.list_import_id = %s AND {again}",
            [list_import_id],
        )
        staying = cursor.fetchall()
    return take_back_claims(mark=mark, staying=staying, by=by, now=now, reason=reason)


def _verdicts(rows: list[ClaimRow], area: str, locks: bool) -> list[Verdict]:
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
    is_sure = one is not None and one.decision == "automatic"
    return ClaimRow(
        one.child_id if one is not None and is_sure else None, good.facts["institution"],
        good.facts.get("help_kind", ""), _month(good), Decimal(str(good.facts["sessions"])),
        Decimal(str(good.facts["amount"])),
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
