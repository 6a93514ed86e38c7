"""A whole list: read, checked, matched and, when asked, taken in. One transaction."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.in_bulk import in_bulk
from accounts.models import Area, User
from accounts.statistics import analyze_changed
from accounts.uncollected import uncollected
from exchange.models import FeedKind, ListImport
from exchange.models.list_turns import wait_for_turn
from exchange.rules.faults import Fault
from exchange.rules.places import Places
from exchange.words import of_fault, turns_key

from .find_children import Found, find_children, find_refused
from .listing import Choice, Listing, Tick, layouts_of, read_list
from .new_files import OpenedMeanwhile
from .number_answers import answers_questions, refuse_unasked
from .proposals import SAYS, Difference, differences
from .sheet import Sheet
from .sheets_in import judge_sheet
from .take_in import known_rows, take_in

MOST_VILLAGES = 40_000
MOST_QUICKER = 2  # times that a form may be quicker than the list


class KeyBeingTurned(Exception):
    """While the hash key is turned a row that came in before would not be known again."""


@dataclass
class Outcome:
    listing: Listing
    found: list[Found | None] = field(default_factory=list)
    unchanged: int = 0
    seconds: float = 0.0
    record: ListImport | None = None
    proposed: int = 0  # changes of files that the list proposes
    refused: list[Found | None] = field(default_factory=list)  # whom `listing.refused` may mean

    def count(self, decision: str) -> int:
        return sum(1 for one in self.found if one is not None and one.decision == decision)


def import_list(
    *, path: Path, kind: str, within: str = "", commit: bool, by: User | None, now: datetime
) -> Outcome:
    """Raises Unreadable, KeyBeingTurned and what `settle` raises.

    Without `commit` nothing is written.
    """
    started = time.monotonic()
    with in_bulk():
        listing = read(path=path, kind=kind, within=within, now=now)
        today = timezone.localdate(now)
        refused: list[Found | None] = []
        if not answers_questions(listing):  # what nobody asked about is not looked for
            refused = find_refused(listing.refused, kind, today, listing.present)
        outcome = settle(listing=listing, commit=commit, by=by, now=now)
    outcome.refused = refused
    outcome.seconds = round(time.monotonic() - started, 3)
    return outcome


def read(
    *, path: Path, kind: str, within: str, now: datetime, layout_id: int | None = None,
    chosen: Sequence[Choice] = (), tick: Tick | None = None,
) -> Listing:  # fmt: skip
    """Every row checked by itself; the database is asked for layouts, places and numbers
    that wait for answers.

    Raises Unreadable and KeyBeingTurned.
    """
    if turns_key():
        raise KeyBeingTurned
    with transaction.atomic():
        layouts, places = layouts_of(kind, layout_id), places_within(within)
    with uncollected():
        listing = read_list(
            path=path, kind=kind, layouts=layouts, places=places, today=timezone.localdate(now),
            area=within, chosen=chosen, tick=tick,
        )  # fmt: skip
    with transaction.atomic():
        refuse_unasked(listing)
    return listing


def _compare() -> None:
    """The checks follow, in the background."""
    from exchange.finding_jobs import ask_for_checks

    ask_for_checks()
    analyze_changed()


def _look_again(list_import: int) -> None:
    """Rows of earlier lists are looked at again beside the files that this one opened."""
    from exchange.finding_jobs import look_at_rows_again

    look_at_rows_again.defer(list_import_id=list_import)


def settle(*, listing: Listing, commit: bool, by: User | None, now: datetime) -> Outcome:
    """Whom the rows mean and what they would change; with `commit` they come in.

    In the caller's transaction. Lists come in one after the other: what one opened the next knows;
    what a form opens meanwhile is known when the rows are matched anew. Raises OpenedMeanwhile
    and, for an institution's list without `by`, NobodyAnswers.
    """
    if commit:
        transaction.on_commit(_compare)
        wait_for_turn()
    with uncollected():
        for _quicker in range(MOST_QUICKER):
            with suppress(OpenedMeanwhile), transaction.atomic():
                return _settle(listing, commit, by, now)
        with transaction.atomic():
            return _settle(listing, commit, by, now)


def _settle(listing: Listing, commit: bool, by: User | None, now: datetime) -> Outcome:
    kind, today = listing.kind, timezone.localdate(now)
    prints = [good.mark for good in listing.good]
    known = known_rows(kind, prints)
    found = _found(listing, prints, known, today)
    sheet = judge_sheet(
        listing=listing, found=found, prints=prints, known=known, locks=commit
    )  # fmt: skip
    changes = _changes(listing, found, prints, known)
    unchanged = _unchanged(kind, prints, known, changes, sheet)
    record = None
    if commit:
        record, found = take_in(
            listing=listing, found=found, prints=prints, known=set(known), changes=changes,
            sheet=sheet, by=by, now=now,
        )  # fmt: skip
        if kind == FeedKind.REGISTER and any(one and one.decision == "new" for one in found):
            transaction.on_commit(partial(_look_again, record.pk))
    proposed = sum(len(row) for row in changes.values())
    return Outcome(listing, found, unchanged, record=record, proposed=proposed)


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
    matches = find_children(rows, listing.kind, today, listing.present)
    for index, one in zip(wanted, matches, strict=True):
        found[index] = one
    return found


def _changes(
    listing: Listing, found: list[Found | None], prints: list[bytes], known: dict[Any, Any]
) -> dict[int, list[Difference]]:
    """What matched rows say otherwise than the file: of a register those that did not come in
    before; the federation's word for a certificate stands for as long as it says it."""
    if listing.kind not in SAYS:
        return {}
    matched = [
        (index, one.child_id)
        for index, one in enumerate(found)
        if one is not None and one.decision == "automatic" and one.child_id is not None
        and (listing.kind != FeedKind.REGISTER or prints[index] not in known)
    ]  # fmt: skip
    pairs = [(listing.good[index], child) for index, child in matched]
    found_there = differences(listing.kind, pairs)
    return {index: row for (index, _), row in zip(matched, found_there, strict=True)}


def _unchanged(
    kind: str, prints: list[bytes], known: dict[Any, Any], changes: dict[int, list[Difference]],
    sheet: Sheet,
) -> int:  # fmt: skip
    """Rows that would change nothing. Rows of other lists than a register are kept themselves:
    they are new all the same."""
    is_register = kind == FeedKind.REGISTER
    return sum(
        1
        for index, mark in enumerate(prints)
        if not changes.get(index)
        and (mark in known or index in sheet.entered or (is_register and index in changes))
    )


def places_within(code: str) -> Places:
    """Of the county or, without one, of all whose villages are few enough to tell apart; with the
    names by which places were called that went over into one of them."""
    areas = Area.objects.inside(code).current()
    if not code and areas.count() > MOST_VILLAGES:
        areas = areas.filter(level__lte=9)
    above = Area.objects.filter(level__lt=6)
    rows = areas.order_by("code").values_list("code", "name")
    return Places(
        [*above.order_by("code").values_list("code", "name"), *rows], Area.objects.went_over()
    )


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
        "matches": _matches(outcome),
        "seconds": outcome.seconds,
    }


def _error(fault: Fault, listing: Listing) -> dict[str, Any]:
    column = listing.heading(fault.key)
    told = {
        "row": fault.row, "column": column, "code": fault.problem,
        "message": of_fault(fault, column),
    }  # fmt: skip
    return told | ({"sheet": fault.sheet} if listing.has_several_sheets else {})


def _matches(outcome: Outcome) -> list[dict[str, Any]]:
    """Of accepted rows; of rejected ones where somebody was found. In the order of the rows."""
    listing = outcome.listing
    told = [
        (good, _match(good.row, good.sheet, found, listing) | more)
        for rows, matches, more in (
            (listing.good, outcome.found, {}),
            (listing.refused[: len(outcome.refused)], outcome.refused, {"rejected": True}),
        )
        for good, found in zip(rows, matches, strict=True)
        if found is not None
    ]
    sheets = {sheet: n for n, sheet in enumerate(dict.fromkeys(good.sheet for good, _ in told))}
    told.sort(key=lambda entry: (sheets[entry[0].sheet], entry[0].row))
    return [match for _, match in told]


def _match(row: int, sheet: str, found: Found, listing: Listing) -> dict[str, Any]:
    told = {
        "row": row, "decision": found.decision, "case_number": found.case_number or None,
        "score": round(found.score, 4),
    }  # fmt: skip
    return told | ({"sheet": sheet} if listing.has_several_sheets else {})
