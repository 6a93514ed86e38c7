"""What people accepted from a list, taken back where its undoing asks for it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from django.db import connection

from accounts.history_rows import write_history
from accounts.models import User
from children.actions.child import change_child
from children.actions.promises import PromiseBroken
from children.actions.record import lock_child
from children.models import Child, FileStatus
from exchange.models import ChangeState, ProposedChange, ProposedField
from exchange.models.changed_since import COLUMN

from .records_back import take_back_records

F = ProposedField
# Of what else is written with the column; of the others the fact is a name of its own.
_FACTS: dict[ProposedField, tuple[str, ...]] = {F.ID_NUMBER: ("id_type", "id_number")}


def take_back_accepted(
    *, list_import_id: int, mark: str, area_code: str, by: User, now: datetime, reason: str
) -> int:
    """How many were taken back, in the caller's transaction; `mark` is what history says of them.

    A fact goes back to what it was before when the file still says what the list said, with one
    line of history for each file; records as `take_back_records` says. The area still has to keep
    the file. All the others stay accepted, as does what a promise of the database holds.
    """
    rows = ProposedChange.objects.filter(
        list_import=list_import_id, state=ChangeState.ACCEPTED,
        child__managing_area__code__startswith=area_code, child__merged_into__isnull=True,
    ).exclude(child__status=FileStatus.CLOSED).order_by("child_id", "pk")  # fmt: skip
    children = Child.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(children.filter(pk__among=list(rows.values_list("child_id", flat=True))).values("pk"))
    changes = list(rows)
    done = _facts_back([one for one in changes if one.field in COLUMN], by, now, reason)
    done += take_back_records(
        changes=[one for one in changes if one.field not in COLUMN], mark=mark, by=by, now=now,
        reason=reason,
    )  # fmt: skip
    keys = [one.pk for one in done]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_proposedchange SET state = %s, reason = %s, decided_by_id = %s,"
            " decided_at = %s, updated_at = %s, version = version + 1 WHERE id = ANY(%s)",
            [ChangeState.TAKEN_BACK.value, reason, by.pk, now, now, keys],
        )
    write_history(ProposedChange, keys, "~", by_id=by.pk, now=now, reason=reason)
    return len(done)


def _facts_back(
    changes: Sequence[ProposedChange], by: User, now: datetime, reason: str
) -> list[ProposedChange]:
    done: list[ProposedChange] = []
    for child_id, of_child in groupby(changes, lambda row: row.child_id):
        child = lock_child(child_id)
        standing = list(_standing(child, list(of_child)))
        facts = {name: value for _change, before in standing for name, value in before.items()}
        if not facts:
            continue
        try:
            change_child(
                child=child, version=child.version, facts=facts, by=by, now=now, reason=reason
            )
        except PromiseBroken:
            continue
        done += [change for change, _before in standing]
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
