"""A whole list: read, checked, matched and, when asked, taken in. One transaction."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Area, User
from exchange.models import FeedKind
from exchange.rules.faults import Fault
from exchange.rules.places import Places
from exchange.words import of_fault

from .find_children import Found, find_children
from .listing import Listing, layouts_of, read_list
from .proposals import Difference, differences
from .take_in import fingerprint, known_rows, take_in

MOST_VILLAGES = 40_000


@dataclass
class Outcome:
    listing: Listing
    found: list[Found | None] = field(default_factory=list)
    unchanged: int = 0
    seconds: float = 0.0

    def count(self, decision: str) -> int:
        return sum(1 for one in self.found if one is not None and one.decision == decision)


def import_list(
    *, path: Path, kind: str, within: str = "", commit: bool, by: User | None, now: datetime
) -> Outcome:
    """Raises Unreadable. Without `commit` nothing is written."""
    started = time.monotonic()
    today = timezone.localdate(now)
    with transaction.atomic():
        listing = read_list(
            path=path, kind=kind, layouts=layouts_of(kind), places=places_within(within),
            today=today, area=within,
        )  # fmt: skip
        prints = [fingerprint(good) for good in listing.good]
        known = known_rows(kind, prints)
        found = _found(listing, prints, known, today)
        changes = _changes(listing, found, prints, known)
        unchanged = _unchanged(listing, found, prints, known, changes)
        if commit:
            found = take_in(
                listing=listing, found=found, prints=prints, known=set(known), changes=changes,
                path=path, by=by, now=now,
            )  # fmt: skip
    seconds = round(time.monotonic() - started, 3)
    return Outcome(listing, found, unchanged, seconds)


def _found(listing: Listing, prints: list[bytes], known: dict[Any, Any], today: Any) -> Any:
    """Rows of a register that came in before are known; the others are looked for."""
    found: list[Found | None] = [None] * len(prints)
    wanted = []
    for index, mark in enumerate(prints):
        child, number = known.get(mark, (None, ""))
        if child is not None and listing.kind == FeedKind.REGISTER:
            found[index] = Found("automatic", child, number, 1.0)
        else:
            wanted.append(index)
    rows = [listing.good[index] for index in wanted]
    for index, one in zip(wanted, find_children(rows, listing.kind, today), strict=True):
        found[index] = one
    return found


def _changes(
    listing: Listing, found: list[Found | None], prints: list[bytes], known: dict[Any, Any]
) -> dict[int, list[Difference]]:
    """Of matched rows of a register that did not come in before: what they say otherwise."""
    if listing.kind != FeedKind.REGISTER:
        return {}
    matched = [
        (index, one.child_id)
        for index, one in enumerate(found)
        if one is not None and one.decision == "automatic" and one.child_id is not None
        and prints[index] not in known
    ]  # fmt: skip
    pairs = [(listing.good[index], child) for index, child in matched]
    return {index: row for (index, _), row in zip(matched, differences(pairs), strict=True)}


def _unchanged(
    listing: Listing, found: list[Found | None], prints: list[bytes], known: dict[Any, Any],
    changes: dict[int, list[Difference]],
) -> int:  # fmt: skip
    """Rows that would change nothing."""
    return sum(
        1
        for index, mark in enumerate(prints)
        if mark in known or (index in changes and not changes[index])
    )


def places_within(code: str) -> Places:
    """Of the county or, without one, of all whose villages are few enough to tell apart."""
    areas = Area.objects.inside(code).current()
    if not code and areas.count() > MOST_VILLAGES:
        areas = areas.filter(level__lte=9)
    above = Area.objects.filter(level__lt=6)
    rows = areas.order_by("code").values_list("code", "name")
    return Places([*above.order_by("code").values_list("code", "name"), *rows])


def report(outcome: Outcome) -> dict[str, Any]:
    """As `import_list --report` writes it; documented in docs/lists.md."""
    listing = outcome.listing
    return {
        "rows": listing.rows,
        "accepted": len(listing.good),
        "rejected": listing.rejected,
        "matched": outcome.count("automatic"),
        "suggested": outcome.count("suggested"),
        "new": outcome.count("new"),
        "unchanged": outcome.unchanged,
        "errors": [_error(fault, listing) for fault in listing.faults],
        "matches": [
            _match(good.row, good.sheet, found, listing)
            for good, found in zip(listing.good, outcome.found, strict=True)
            if found is not None
        ],
        "seconds": outcome.seconds,
    }


def _error(fault: Fault, listing: Listing) -> dict[str, Any]:
    column = listing.heading(fault.key)
    told = {
        "row": fault.row, "column": column, "code": fault.problem,
        "message": of_fault(fault, column),
    }  # fmt: skip
    return told | ({"sheet": fault.sheet} if listing.has_several_sheets else {})


def _match(row: int, sheet: str, found: Found, listing: Listing) -> dict[str, Any]:
    told = {
        "row": row, "decision": found.decision, "case_number": found.case_number or None,
        "score": round(found.score, 4),
    }  # fmt: skip
    return told | ({"sheet": sheet} if listing.has_several_sheets else {})
