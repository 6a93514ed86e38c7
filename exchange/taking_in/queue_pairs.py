"""Pairs that a person is to decide, put into the queue; never again for the same facts."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from children.models import Child, Guardianship
from exchange.matching import Candidate, Match, Sought, alike_files, child_key, person_key
from exchange.models import MatchPair
from exchange.models.bulk import insert_rows, next_ids

_COLUMNS = (
    "id", "uuid", "version", "updated_at", "child_id", "child_key", "other_id", "list_row_id",
    "person_key", "score", "ground", "levels", "found_at", "state", "reason",
)  # fmt: skip
# Looked at together, for the sake of memory: rows, each with whom it may be; and files, of which
# each part is joined with the whole registry.
_ROWS, _FILES = 500, 2_000


def queue_rows(
    found: Sequence[tuple[int, Match, Sought]], *, by_id: int | None, now: datetime, reason: str
) -> int:
    """`found`: key of the row kept, whom it may be, whom it means. How many pairs came in."""
    asked = [(key, match, sought) for key, match, sought in found if match.decision == "suggested"]
    queued = 0
    for start in range(0, len(asked), _ROWS):
        part = asked[start : start + _ROWS]
        children = _children(one.child_id for _, match, _ in part for one in match.candidates)
        rows = [
            _row(children[one.child_id], None, key, person_key(sought), one, match, now)
            for key, match, sought in part
            for one in match.candidates
            if one.child_id in children
        ]
        queued += _insert(rows, by_id=by_id, now=now, reason=reason)
    return queued


def queue_files(ids: Iterable[int], *, now: datetime) -> int:
    """Compares the files named with all others. How many pairs came in."""
    wanted, queued = sorted(set(ids)), 0
    with acting(EVERYTHING), transaction.atomic():
        for start in range(0, len(wanted), _FILES):
            part = _children(wanted[start : start + _FILES])
            part = {key: child for key, child in part.items() if child.merged_into_id is None}
            rows = list(_pairs_of(part, now))
            queued += _insert(rows, by_id=None, now=now, reason="")
    return queued


def _pairs_of(children: dict[int, Child], now: datetime) -> Iterator[list[Any]]:
    sought = list(sought_of(children.values()))
    matches = alike_files(sought)
    others = _children(one.child_id for match in matches for one in match.candidates)
    for one, match in zip(sought, matches, strict=True):
        for candidate in match.candidates:
            pair = sorted((one.row, candidate.child_id))
            older, newer = ((children | others)[key] for key in pair)
            yield _row(older, newer, None, child_key(newer), candidate, match, now)


def sought_of(children: Iterable[Child]) -> Iterator[Sought]:
    """Each file as a list would name it; its key stands for the row."""
    children = list(children)
    carers: dict[int, Any] = {}
    rows = Guardianship.objects.filter(child__pk__among=[child.pk for child in children])
    for care in rows.select_related("guardian").order_by("is_main_carer", "pk"):
        carers[care.child_id] = care.guardian  # the main carer last, and so kept
    for child in children:
        carer = carers.get(child.pk)
        yield Sought(
            row=child.pk, name=child.name, id_number=child.id_number, birth_date=child.birth_date,
            sex=child.sex, area_code=child.residence_area_id, phone=child.phone,
            guardian_name=carer.name if carer else "",
            guardian_id_number=carer.id_number if carer else "",
            guardian_phone=carer.phone if carer else "",
        )  # fmt: skip


def _children(ids: Iterable[int]) -> dict[int, Child]:
    wanted = list(set(ids))
    with acting(EVERYTHING):
        return {child.pk: child for child in Child.objects.filter(pk__among=wanted)}


def _row(
    child: Child, other: Child | None, list_row: int | None, key: bytes, one: Candidate,
    match: Match, now: datetime,
) -> list[Any]:  # fmt: skip
    ground = match.ground if match.ground and one is match.candidates[0] else "ALIKE_ONLY"
    return [
        0, uuid.uuid4(), 1, now, child.pk, child_key(child), other.pk if other else None, list_row,
        key, one.score, str(ground), list(one.pattern), now, "OPEN", "",
    ]  # fmt: skip


def _insert(rows: list[list[Any]], **signed: Any) -> int:
    if not rows:
        return 0
    keys = next_ids(MatchPair, len(rows))
    numbered = ([key, *row[1:]] for key, row in zip(keys, rows, strict=True))
    return len(insert_rows(MatchPair, _COLUMNS, numbered, **signed))


def queue_changed_files(*, since: datetime) -> int:
    """Of the files changed since then: the nightly look for children registered twice."""
    with acting(EVERYTHING), transaction.atomic():
        rows = Child.objects.filter(updated_at__gte=since, merged_into__isnull=True)
        ids = list(rows.values_list("pk", flat=True))
    return queue_files(ids, now=timezone.now())
