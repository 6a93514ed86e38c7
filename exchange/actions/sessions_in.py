"""An institution's sheet: lines judged with the plans, entered as sessions, taken back.

A line of which not everything is certain stays out: money rests on it.
"""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import User
from assistance.actions.session_sheet import Day, Entry, take_back_sessions
from assistance.models.session_sheet import institution_names, lock_children, plans_of
from assistance.rules.session_sheet import Line, Refusal, Verdict, judge
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
    Refusal.OTHER_INSTITUTION: "institution",
    Refusal.OTHER_INSTITUTION_IN_FILE: "institution",
}  # the others: the day


def judge_sessions(
    *, listing: Listing, found: list[Found | None], prints: list[bytes],
    known: Collection[bytes], locks: bool,
) -> Sheet:  # fmt: skip
    """Takes what cannot be entered out of `listing.good`, `found` and `prints`.

    Lines that came in before are left as they are, also where their session was withdrawn since.
    """
    sheet = Sheet()
    fresh = [index for index, mark in enumerate(prints) if mark not in known]
    verdicts = dict(zip(fresh, _verdicts(listing, found, fresh, locks), strict=True))
    kept: list[int] = []
    for index, good in enumerate(listing.good):
        verdict = verdicts.get(index)
        if verdict is not None and verdict.refusal is not None:
            listing.faults.append(_fault(listing, fresh, good, verdict))
            continue
        if verdict is not None and verdict.is_entered:
            sheet.entered.add(len(kept))
        elif verdict is not None and verdict.plan is not None:
            sheet.entries.append(_entry(verdict.plan, good))
        kept.append(index)
    keep_only(kept, listing=listing, found=found, prints=prints)
    return sheet


def take_back(
    *, list_import_id: int, mark: str, again: str, by: User, now: datetime, reason: str
) -> list[Day]:
    """Of a list that is being undone; gives the days whose sessions stay, a claim rests on them.

    `again` is SQL: whether row `r` stands in another list too, whose session stays as well.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(c.merged_into_id, c.id), (r.marks ->> 'held_on')::date"
            " FROM exchange_listrow r JOIN children_child c ON c.id = r.child_id"
            f" WHERE r.list_import_id = %s AND {again}",
            [list_import_id],
        )
        staying = cursor.fetchall()
    return take_back_sessions(mark=mark, staying=staying, by=by, now=now, reason=reason)


def _verdicts(
    listing: Listing, found: list[Found | None], fresh: list[int], locks: bool
) -> list[Verdict]:
    matched = [_line(listing.good[index], found[index]) for index in fresh]
    children = sorted({line.child_id for line in matched if line.child_id is not None})
    if locks:
        lock_children(children)
    return judge(matched, plans_of(children, listing.area), institution_names())


def _line(good: Good, one: Found | None) -> Line:
    is_sure = one is not None and one.decision == "automatic"
    return Line(
        one.child_id if one is not None and is_sure else None, good.facts["institution"],
        good.facts.get("help_kind", ""), good.facts["held_on"],
    )  # fmt: skip


def _entry(plan: Any, good: Good) -> Entry:
    held_on: date = good.facts["held_on"]
    return Entry(plan, held_on, Decimal(str(good.facts.get("hours", 1))), good.facts["signed_by"])


def _fault(listing: Listing, fresh: list[int], good: Good, verdict: Verdict) -> Fault:
    key = _BLAMED.get(verdict.refusal or Refusal.NO_PLAN, "held_on")
    shown = str(good.facts.get(key) or "")
    facts: dict[str, Any] = {"shown": masked(key, shown) if shown else "", "limit": verdict.limit}
    other = listing.good[fresh[verdict.other]] if verdict.other is not None else None
    return fault_of(good, key, str(verdict.refusal), facts, other)
