"""Two files of one child continued as one, and parted again. Nothing is moved between them."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from assistance.models.payment_build import lock_books
from children.actions.promises import broken_promise
from children.actions.record import lock_child, sign
from children.models import (
    AccessReason,
    CaseAccess,
    Child,
    ExitReason,
    FileStatus,
    StaleRecord,
)
from exchange.models import FileMerge, MatchPair, PairState
from exchange.models.merge_hindrances import Hindrance, hindrances

from .merge_carry import carry_back, carry_over


class StillRunning(Exception):
    """Something runs on the file that is to be closed; `found` tells what."""

    def __init__(self, found: list[Hindrance]) -> None:
        super().__init__(len(found))
        self.found = found


def merge_files(
    *, pair: MatchPair, version: int, kept: Child, reason: str, by: User, now: datetime
) -> FileMerge:
    """`kept` is one of the pair's two files. Raises StaleRecord, StillRunning, PromiseBroken."""
    try:
        with transaction.atomic():
            return _merge(pair, version, kept, reason, by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error


def _merge(
    pair: MatchPair, version: int, kept: Child, reason: str, by: User, now: datetime
) -> FileMerge:
    children = _locked(pair.child_id, pair.other_id)
    fresh = MatchPair.objects.select_for_update(of=("self",), no_key=True).get(pk=pair.pk)
    other = next(child for child in children if child.pk != kept.pk)
    kept = next(child for child in children if child.pk == kept.pk)
    if fresh.version != version or not fresh.is_waiting or kept.merged_into or other.merged_into:
        raise StaleRecord(fresh)
    today = timezone.localdate(now)
    running = hindrances(other, today)
    if running:
        raise StillRunning(running)
    merge = FileMerge(
        child=kept, merged=other, pair=fresh, status_before=other.status,
        closed_on_before=other.closed_on, closing_reason_before=other.closing_reason,
        reason=reason, merged_at=now, by=by,
    )  # fmt: skip
    _save(merge, by, now, reason)
    _close_file(other, kept, today)
    _save(other, by, now, reason)
    for one, area in ((kept, other.managing_area_id), (other, kept.managing_area_id)):
        _let_see(one, area, by, now)
    _answer(fresh, PairState.SAME, reason, by, now)
    carry_over(merge=merge, by=by, now=now)
    return merge


def _locked(first: int, second: int | None) -> list[Child]:
    """Books before files, files in their order, as every change of entitlements does."""
    keys = sorted(key for key in (first, second) if key is not None)
    areas = Child.objects.filter(pk__in=keys).values_list("managing_area_id", flat=True)
    for area in sorted(set(areas)):
        lock_books(area, shared=True)
    return [lock_child(key) for key in keys]


def _close_file(other: Child, kept: Child, today: date) -> None:
    other.merged_into = kept
    if not other.is_closed:
        other.status, other.closing_reason = FileStatus.CLOSED, ExitReason.DUPLICATE
        other.closed_on = max(today, other.opened_on)


def _let_see(child: Child, area: str, by: User, now: datetime) -> None:
    """Who kept the one file sees the other as well, while they are one."""
    if child.managing_area_id == area:
        return
    facts: dict[str, Any] = {"area_id": area, "reason": AccessReason.MERGED}
    if not CaseAccess.objects.filter(child=child, closed_at=None, **facts).exists():
        _save(CaseAccess(child=child, opened_at=now, **facts), by, now, "")


def _answer(pair: MatchPair, state: PairState, reason: str, by: User, now: datetime) -> None:
    pair.state, pair.reason = state, reason[:200]
    pair.decided_by, pair.decided_at = by, now
    _save(pair, by, now, reason)


def _save(row: Any, by: User, now: datetime, reason: str) -> None:
    sign(row, by, now, reason)
    row.save()


def part_files(
    *, merge: FileMerge, version: int, reason: str, by: User, now: datetime
) -> FileMerge:
    """The closed file is what it was before; the pair counts as two children from now on.

    Raises StaleRecord, and PromiseBroken when its ID number stands in the other file now.
    """
    try:
        with transaction.atomic():
            return _part(merge, version, reason, by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error


def _part(merge: FileMerge, version: int, reason: str, by: User, now: datetime) -> FileMerge:
    children = {child.pk: child for child in _locked(merge.child_id, merge.merged_id)}
    rows = FileMerge.objects.select_for_update(of=("self",), no_key=True)
    fresh = rows.get(pk=merge.pk)
    if fresh.version != version or fresh.parted_at is not None:
        raise StaleRecord(fresh)
    fresh.parted_at, fresh.parted_by, fresh.parting_reason = now, by, reason
    _save(fresh, by, now, reason)
    other = children[fresh.merged_id]
    other.merged_into, other.status = None, fresh.status_before
    other.closed_on, other.closing_reason = fresh.closed_on_before, fresh.closing_reason_before
    _save(other, by, now, reason)
    _no_longer_see(children[fresh.child_id], other, by, now)
    if fresh.pair is not None:
        _answer(fresh.pair, PairState.DISTINCT, reason, by, now)
    carry_back(merge=fresh, by=by, now=now)
    return fresh


def _no_longer_see(kept: Child, other: Child, by: User, now: datetime) -> None:
    """As far as no other file of that place is continued in the same one."""
    others = {file.managing_area_id for file in Child.objects.filter(merged_into=kept)}
    opened = CaseAccess.objects.filter(reason=AccessReason.MERGED, closed_at=None)
    rows = list(opened.filter(child=other))
    if other.managing_area_id not in others:
        rows += opened.filter(child=kept, area_id=other.managing_area_id)
    for row in rows:
        row.closed_at = now
        _save(row, by, now, "")
