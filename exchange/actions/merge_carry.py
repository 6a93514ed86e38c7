"""What still asks something of a file that is continued in another one: asked of that, and given
back when they are parted."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.scope import EVERYTHING, acting
from children.actions.record import sign
from children.models import Guardian, Guardianship
from exchange.matching import match_rows
from exchange.models import (
    ChangeState,
    FileMerge,
    ListRow,
    MatchPair,
    PairState,
    ProposedChange,
)
from exchange.models.change_sides import sides
from exchange.models.pair_sides import facts_of
from exchange.rules.match import Decision
from exchange.taking_in.find_children import sought_in
from exchange.taking_in.queue_pairs import queue_files, queue_rows


def carry_over(*, merge: FileMerge, by: User, now: datetime) -> None:
    """In the transaction of the merging: what is not answered yet is asked of the file that goes
    on, unless that was asked or says it already."""
    # Also what its keeper does not see: rows and files of other places.
    with acting(EVERYTHING), transaction.atomic():
        _ask_pairs_anew(merge, by, now)
        _move_proposals(merge, by, now)
        _keep_from_notices(merge, by, now)


def _ask_pairs_anew(merge: FileMerge, by: User, now: datetime) -> None:
    asked = list(_of(merge.merged_id).waiting().order_by("pk"))
    for pair in asked:
        pair.state, pair.decided_by, pair.decided_at = PairState.SETTLED, by, now
        _save(pair, by, now)
    rows = list(ListRow.objects.filter(pairs__in=asked).order_by("pk").distinct())
    found = [sought_in(facts_of(row), row.kind, n) for n, row in enumerate(rows)]
    told = [
        (row.pk, match._replace(decision=Decision.SUGGESTED, candidates=mine), sought)
        for row, match, sought in zip(rows, match_rows(found), found, strict=True)
        if (mine := tuple(c for c in match.candidates if c.child_id == merge.child_id))
    ]
    queue_rows(told, by_id=by.pk, now=now, reason="")
    if any(pair.other_id for pair in asked):
        queue_files([merge.child_id], now=now)


def _move_proposals(merge: FileMerge, by: User, now: datetime) -> None:
    open_ones = ProposedChange.objects.filter(state=ChangeState.OPEN)
    there = set(
        ProposedChange.objects.filter(child=merge.child).values_list("field", "new_value_hash")
    )
    rows = list(open_ones.filter(child=merge.merged).select_related("child").order_by("pk"))
    for row in rows:
        row.child = merge.child
    for row, (held, said) in zip(rows, sides(rows, revealed=True), strict=True):
        if held != said and (row.field, row.new_value_hash) not in there:
            _save(row, by, now)


def _keep_from_notices(merge: FileMerge, by: User, now: datetime) -> None:
    """Whom one of the files keeps every notice from gets none through the other either; a person
    may say otherwise there. It stays so when they are parted.
    """
    cares = Guardianship.objects.on(timezone.localdate(now)).select_related("guardian")
    people = [care.guardian for care in cares.filter(child=merge.merged, do_not_notify=True)]
    for row in cares.filter(child=merge.child, do_not_notify=False).order_by("pk"):
        if any(_same_person(row.guardian, one) for one in people):
            row.do_not_notify = True
            _save(row, by, now)


def _same_person(one: Guardian, other: Guardian) -> bool:
    if one.pk == other.pk or one.name == other.name:
        return True
    hashes = [row.id_number_hash and bytes(row.id_number_hash) for row in (one, other)]
    return hashes[0] is not None and hashes[0] == hashes[1]


def carry_back(*, merge: FileMerge, by: User, now: datetime) -> None:
    """In the transaction of the parting."""
    with acting(EVERYTHING), transaction.atomic():
        settled = _of(merge.merged_id).filter(
            state=PairState.SETTLED, decided_at=merge.merged_at, decided_by=merge.by
        )
        for pair in settled.order_by("pk"):
            pair.state, pair.decided_by, pair.decided_at = PairState.OPEN, None, None
            _save(pair, by, now)
        past = ProposedChange.history.filter(child_id=merge.merged_id).values("id")
        moved = ProposedChange.objects.filter(child=merge.child, state=ChangeState.OPEN)
        for row in moved.filter(pk__in=past).order_by("pk"):
            row.child = merge.merged
            _save(row, by, now)


def _of(child_id: int) -> Any:
    return MatchPair.objects.filter(Q(child=child_id) | Q(other=child_id))


def _save(row: MatchPair | ProposedChange | Guardianship, by: User, now: datetime) -> None:
    sign(row, by, now, "")
    row.save()
