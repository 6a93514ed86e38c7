"""What an institution's list enters into the books of rehabilitation, and which rows stay out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from django.db import connection

from assistance.actions.claim_sheet import ClaimEntry
from assistance.actions.session_sheet import Entry
from exchange.rules.faults import Fault

from .find_children import Found
from .good import Good
from .listing import Listing


class NobodyAnswers(Exception):
    """What is entered bears the name of who enters it."""


@dataclass
class Sheet:
    """`entries`, `claims`: what comes in; `entered`: which of `listing.good` stand already."""

    entries: list[Entry] = field(default_factory=list)
    claims: list[ClaimEntry] = field(default_factory=list)
    entered: set[int] = field(default_factory=set)


class Verdict(Protocol):
    """`plan` is None where it is refused; `is_entered`: the books say the same already."""

    @property
    def plan(self) -> Any: ...
    @property
    def refusal(self) -> Any: ...
    @property
    def is_entered(self) -> bool: ...


V = TypeVar("V", bound=Verdict)


def sort_out(
    judge: Callable[[list[int]], Sequence[V]], *, listing: Listing, found: list[Found | None],
    prints: list[bytes], known: Collection[bytes], enter: Callable[[Good, V], None],
    fault: Callable[[list[int], Good, V], Fault],
) -> set[int]:  # fmt: skip
    """Takes what cannot be entered out of `listing.good`, `found` and `prints`, hands to `enter`
    what comes in, and answers which of the rows left stand already.

    `judge` is given the places of rows that have not come in before; those are left as they are.
    """
    fresh = [index for index, mark in enumerate(prints) if mark not in known]
    verdicts = dict(zip(fresh, judge(fresh), strict=True))
    entered: set[int] = set()
    kept: list[int] = []
    for index, good in enumerate(listing.good):
        verdict = verdicts.get(index)
        if verdict is not None and verdict.refusal is not None:
            listing.faults.append(fault(fresh, good, verdict))
            continue
        if verdict is not None and verdict.is_entered:
            entered.add(len(kept))
        elif verdict is not None:
            enter(good, verdict)
        kept.append(index)
    listing.faults.sort(key=lambda one: (one.sheet, one.row))
    listing.good, found[:], prints[:] = (
        [listing.good[index] for index in kept],
        [found[index] for index in kept],
        [prints[index] for index in kept],
    )
    return entered


def certainly(one: Found | None) -> int | None:
    """The child, where nobody else can be meant."""
    return one.child_id if one is not None and one.decision == "automatic" else None


def days_elsewhere(list_import_id: int, day: str, again: str) -> list[tuple[int, date]]:
    """Children and days of a list's rows that stand in another list too, as the SQL `again` says
    of a row `r`; `day` is SQL as well.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(c.merged_into_id, c.id), {day}"
            " FROM exchange_listrow r JOIN children_child c ON c.id = r.child_id"
            f" WHERE r.list_import_id = %s AND {again}",
            [list_import_id],
        )
        return cursor.fetchall()


def fault_of(good: Good, key: str, code: str, facts: dict[str, Any], other: Good | None) -> Fault:
    """`other`: the row that this one contradicts."""
    if other is not None:
        place = f"{other.row} ({other.sheet})" if other.sheet != good.sheet else other.row
        facts = facts | {"other": place}
    return Fault(good.row, key, code, facts, good.sheet)
