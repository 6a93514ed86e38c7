"""A person answers whether both sides of a pair are one child; what follows from the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from children.actions.record import lock_child, sign
from children.models import StaleRecord
from exchange.models import (
    FeedKind,
    ListRow,
    MatchPair,
    MatchVerdict,
    PairState,
    RowDecision,
)
from exchange.models.pair_sides import facts_of
from exchange.taking_in.good import Good
from exchange.taking_in.new_files import NewFiles, OpenedMeanwhile
from exchange.taking_in.proposals import SAYS, differences, propose

from .match_decision import decide_match


@dataclass(frozen=True)
class Answered:
    """`proposals`: facts that the list says otherwise; `opened`: case number of a new file."""

    pair: MatchPair
    proposals: int = 0
    opened: str = ""


@transaction.atomic
def put_off(*, pair: MatchPair, version: int, by: User, now: datetime) -> MatchPair:
    """Asked again after the others. Raises StaleRecord."""
    fresh = _locked(pair, version)
    fresh.put_off_at = now
    _save(fresh, by, now, "")
    return fresh


@transaction.atomic
def answer_pair(
    *, pair: MatchPair, version: int, is_same: bool, reason: str = "", by: User, now: datetime
) -> Answered:
    """Raises StaleRecord when somebody answered, or put it off, since it was shown.

    Of two files «the same» is said by merging them (`merge_files`), not here.
    """
    fresh = _locked(pair, version)
    _close(fresh, PairState.SAME if is_same else PairState.DISTINCT, reason, by, now)
    row = fresh.list_row
    if row is None:
        return Answered(fresh)
    decide_match(
        person_key=bytes(fresh.person_key), child=fresh.child, reason=reason, by=by, now=now,
        verdict=MatchVerdict.SAME if is_same else MatchVerdict.DISTINCT,
    )  # fmt: skip
    rivals = list(MatchPair.objects.waiting().filter(list_row=row).exclude(pk=fresh.pk))
    if is_same:
        for rival in rivals:
            _close(rival, PairState.SETTLED, "", by, now)
        return Answered(fresh, proposals=_propose(fresh, row, by, now))
    is_last = not rivals and not _is_somebody(row)
    return Answered(fresh, opened=_open_file(row, by, now) if is_last else "")


def _locked(pair: MatchPair, version: int) -> MatchPair:
    """One answer at a time for a row, whichever of its pairs is answered."""
    if pair.list_row_id is not None:
        keys = MatchPair.objects.filter(list_row=pair.list_row_id).order_by("child_id")
        for child_id in keys.values_list("child_id", flat=True):
            lock_child(child_id)
        # The undoing of its list waits, or has been.
        ListRow.objects.select_for_update(no_key=True).get(pk=pair.list_row_id)
    else:
        lock_child(pair.child_id)
    rows = MatchPair.objects.select_for_update(of=("self",), no_key=True)
    fresh = rows.select_related("child", "list_row").get(pk=pair.pk)
    if fresh.version != version or not fresh.is_waiting:
        raise StaleRecord(fresh)
    return fresh


def _close(pair: MatchPair, state: PairState, reason: str, by: User, now: datetime) -> None:
    pair.state, pair.reason = state, reason
    pair.decided_by, pair.decided_at = by, now
    _save(pair, by, now, reason)


def _save(pair: MatchPair, by: User, now: datetime, reason: str) -> None:
    sign(pair, by, now, reason)
    pair.save()


def _propose(pair: MatchPair, row: ListRow, by: User, now: datetime) -> int:
    """What the list says otherwise than the file, as a matched row would propose it."""
    if row.kind not in SAYS:
        return 0
    (changes,) = differences(row.kind, [(Good(row.row, "", facts_of(row)), pair.child_id)])
    propose(changes, row.list_import_id, {"by_id": by.pk, "now": now, "reason": f"pair {pair.pk}"})
    return len(changes)


def _is_somebody(row: ListRow) -> bool:
    return MatchPair.objects.filter(list_row=row, state=PairState.SAME).exists()


def _open_file(row: ListRow, by: User, now: datetime) -> str:
    """A row of a register that is nobody known opens a file, as it would have when it came in;
    it goes when the list is undone."""
    facts: Mapping[str, Any] = facts_of(row)
    if row.kind != FeedKind.REGISTER or not facts.get("area") or not facts.get("birth_date"):
        return ""
    files = NewFiles(by=by, now=now, reason=f"{row.kind} #{row.list_import_id}")
    try:
        with transaction.atomic():
            ((row.child_id, number),) = files.open([Good(row.row, "", dict(facts))])
    except OpenedMeanwhile:  # somebody has this number already
        return ""
    row.decision = RowDecision.NEW
    row.save(update_fields=["child", "decision"])
    return number
