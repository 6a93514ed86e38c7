"""Facts that people accepted from a list, set back where its undoing asks for it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from accounts.models import User
from children.actions.child import change_child
from children.actions.promises import PromiseBroken
from children.actions.record import lock_child, sign
from children.models import Child, FileStatus
from exchange.models import ChangeState, ProposedChange, ProposedField
from exchange.models.changed_since import COLUMN

F = ProposedField
# Of what else is written with the column; of the others the fact is a name of its own.
_FACTS: dict[ProposedField, tuple[str, ...]] = {F.ID_NUMBER: ("id_type", "id_number")}


def take_back_accepted(
    *, list_import_id: int, area_code: str, by: User, now: datetime, reason: str
) -> int:
    """How many were taken back, in the caller's transaction; one line of history for each file.

    A fact goes back to what it was before when the file still says what the list said, and the
    area still keeps the file. All the others stay accepted: rows with days, people, certificates
    and applications, on which more may rest; and what a promise of the database holds.
    """
    rows = ProposedChange.objects.filter(
        list_import=list_import_id, state=ChangeState.ACCEPTED, field__in=COLUMN,
        child__managing_area__code__startswith=area_code, child__merged_into__isnull=True,
    ).exclude(child__status=FileStatus.CLOSED)  # fmt: skip
    done = 0
    for child_id, changes in groupby(rows.order_by("child_id", "pk"), lambda row: row.child_id):
        child = lock_child(child_id)
        standing = list(_standing(child, list(changes)))
        facts = {name: value for _change, before in standing for name, value in before.items()}
        if not facts:
            continue
        try:
            change_child(
                child=child, version=child.version, facts=facts, by=by, now=now, reason=reason
            )
        except PromiseBroken:
            continue
        for change, _before in standing:
            change.state, change.reason = ChangeState.TAKEN_BACK.value, reason
            change.decided_by, change.decided_at = by, now
            sign(change, by, now, reason)
            change.save()
        done += len(standing)
    return done


def _standing(
    child: Child, changes: Sequence[ProposedChange]
) -> Iterator[tuple[ProposedChange, dict[str, Any]]]:
    """Each whose fact the file still says, with what it said before."""
    past = list(Child.history.filter(id=child.pk).order_by("history_id"))
    for change in changes:
        column = COLUMN[F(change.field)]
        for before, after in pairwise(past):
            said, is_set = _plain(getattr(after, column)), after.history_date == change.decided_at
            if not is_set or said == _plain(getattr(before, column)):
                continue
            if said == _plain(getattr(child, column)):
                names = _FACTS.get(F(change.field), (column.removesuffix("_hash"),))
                names = tuple(name.removesuffix("_id") for name in names)
                yield change, {name: getattr(before, name) for name in names}
            break


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
