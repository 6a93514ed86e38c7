"""What an institution's list enters into the books of rehabilitation, and which rows stay out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistance.actions.claim_sheet import ClaimEntry
from assistance.actions.session_sheet import Entry
from exchange.rules.faults import Fault

from .find_children import Found
from .listing import Good, Listing


class NobodyAnswers(Exception):
    """What is entered bears the name of who enters it."""


@dataclass
class Sheet:
    """`entries`, `claims`: what comes in; `entered`: which of `listing.good` stand already."""

    entries: list[Entry] = field(default_factory=list)
    claims: list[ClaimEntry] = field(default_factory=list)
    entered: set[int] = field(default_factory=set)


def keep_only(
    kept: Sequence[int], *, listing: Listing, found: list[Found | None], prints: list[bytes]
) -> None:
    """The rows of these places alone; faults in the order of the file."""
    listing.faults.sort(key=lambda fault: (fault.sheet, fault.row))
    listing.good, found[:], prints[:] = (
        [listing.good[index] for index in kept],
        [found[index] for index in kept],
        [prints[index] for index in kept],
    )


def fault_of(good: Good, key: str, code: str, facts: dict[str, Any], other: Good | None) -> Fault:
    """`other`: the row that this one contradicts."""
    if other is not None:
        place = f"{other.sheet} {other.row}" if other.sheet != good.sheet else other.row
        facts = facts | {"other": place}
    return Fault(good.row, key, code, facts, good.sheet)
