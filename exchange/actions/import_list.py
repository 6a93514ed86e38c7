"""A whole list: read, checked, matched and, when asked, taken in. One transaction."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Area, User
from exchange.rules.places import Places
from exchange.words import of_fault

from .find_children import Found, find_children
from .listing import Listing, layouts_of, read_list

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
            today=today,
        )  # fmt: skip
        outcome = Outcome(listing, find_children(listing.good, kind, today))
    outcome.seconds = round(time.monotonic() - started, 3)
    return outcome


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


def _error(fault: Any, listing: Listing) -> dict[str, Any]:
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
