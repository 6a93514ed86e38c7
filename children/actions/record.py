"""Adding and changing what hangs on a child: one row, its history and its author."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from accounts.models import User
from children.models import Child, Record, StaleRecord

from .promises import broken_promise

R = TypeVar("R", bound=Record)


def lock_child(child_id: int) -> Child:
    """One change of a child's records at a time; exclusion constraints cannot deadlock then."""
    return Child.objects.select_for_update(no_key=True, of=("self",)).get(pk=child_id)


def lock_children(children: Iterable[int]) -> list[Child]:
    """Several, in the order of their keys, as everybody locks them: nobody waits for each other."""
    rows = Child.objects.select_for_update(no_key=True, of=("self",)).for_write()
    return list(rows.filter(pk__among=list(children)).order_by("pk"))


def _child_id(row: Record) -> int:
    return row.pk if isinstance(row, Child) else row.child_id  # type: ignore[attr-defined,no-any-return]


def sign(row: Any, by: User, now: datetime, reason: str) -> None:
    """What the next history row of `row` says."""
    row._history_user, row._history_date = by, now
    row._change_reason = reason or None


def add_record(*, row: R, by: User, now: datetime, reason: str = "") -> R:
    """Save a new row. Raises PromiseBroken with a message for the user."""
    try:
        with transaction.atomic():
            lock_child(_child_id(row))
            sign(row, by, now, reason)
            row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def change_record(
    *,
    row: R,
    version: int,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
    reason: str = "",
) -> R:
    """Write `facts` over the row as it was at `version`; nothing when they hold already.

    Raises StaleRecord when somebody changed it since, PromiseBroken when the database refuses.
    """
    try:
        with transaction.atomic():
            fresh, _changed = write_over(
                row=row, version=version, facts=facts, by=by, now=now, reason=reason
            )
    except IntegrityError as error:
        raise broken_promise(error) from error
    return fresh


def write_over(
    *, row: R, version: int, facts: Mapping[str, Any], by: User, now: datetime, reason: str
) -> tuple[R, list[str]]:
    """Within the caller's transaction: the row as it is now, and the names of what changed.

    Raises StaleRecord and IntegrityError.
    """
    if not isinstance(row, Child):  # the child itself is locked by the next statement
        lock_child(_child_id(row))
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=True)
    fresh: R = rows.get(pk=row.pk)
    if fresh.version != version:
        raise StaleRecord(fresh)
    changed = [name for name, value in facts.items() if differs(fresh, name, value)]
    for name in changed:
        setattr(fresh, name, facts[name])
    if changed:
        sign(fresh, by, now, reason)
        fresh.save()
    return fresh, changed


def differs(row: Record, name: str, value: Any) -> bool:
    """Relations, by either name, are compared by key: nothing is fetched for it."""
    field: Any = row._meta.get_field(name)
    if field.is_relation:
        return bool(getattr(row, field.attname) != getattr(value, "pk", value))
    return bool(getattr(row, name) != value)
