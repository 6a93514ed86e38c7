"""An institution's sheet: lines judged with the plans, entered as sessions, taken back.

A line of which not everything is certain stays out: money rests on it.
"""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from accounts.models import User
from assistance.actions.session_sheet import Day, Entry, take_back_sessions
from assistance.models.session_sheet import institution_names, lock_children, plans_of
from assistance.rules.session_sheet import Line, Refusal, Verdict, judge
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
    Refusal.OTHER_INSTITUTION: "institution",
    Refusal.OTHER_INSTITUTION_IN_FILE: "institution",
}  # the others: the day


def judge_sessions(
    *, listing: Listing, found: list[Found | None], prints: list[bytes],
    known: Collection[bytes], locks: bool,
) -> Sheet:  # fmt: skip
    """Lines that came in before are left as they are, also where their session was withdrawn."""
    sheet = Sheet()
    sheet.entered = sort_out(
        lambda fresh: _verdicts(listing, found, fresh, locks), listing=listing, found=found,
        prints=prints, known=known, fault=partial(_fault, listing),
        enter=lambda good, verdict: sheet.entries.append(_entry(verdict.plan, good)),
    )  # fmt: skip
    return sheet


def take_back(
    *, list_import_id: int, mark: str, again: str, by: User, now: datetime, reason: str
) -> list[Day]:
    """Of a list that is being undone; gives the days whose sessions stay, a claim rests on them.

    `again` is SQL: whether row `r` stands in another list too, whose session stays as well.
    """
    staying = days_elsewhere(list_import_id, "(r.marks ->> 'held_on')::date", again)
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
    return Line(
        certainly(one), good.facts["institution"], good.facts.get("help_kind", ""),
        good.facts["held_on"],
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
