"""Taking one change back: the fields it changed get their earlier values, as a new change."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from children.models import Child
from children.models.trail import KINDS, changed_names, one_change

from .record import change_record, lock_child, sign


class NothingToRevert(Exception):
    """There is no such change of this file, or nothing before it."""


class LaterChanges(Exception):
    """The same fields were changed again later; `labels` names them."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__(len(labels))
        self.labels = labels


@transaction.atomic
def revert_change(
    *, child: Child, kind: str, history_id: int, by: User, now: datetime, reason: str
) -> None:
    """Raises NothingToRevert, LaterChanges, PromiseBroken."""
    lock_child(child.pk)
    found = one_change(child, kind, history_id)
    if found is None or found[1] is None:
        raise NothingToRevert
    change, previous = found
    names = changed_names(previous, change.row)
    if {"merged_into", "closed_on"} & set(names):
        raise NothingToRevert  # merged, parted, closed and opened again by their own actions
    row: Any = KINDS[kind]._default_manager.filter(pk=change.row.id).first()
    if row is None:
        raise NothingToRevert  # deleted since
    fields: dict[str, Any] = {name: KINDS[kind]._meta.get_field(name) for name in names}
    again = [
        str(field.verbose_name)
        for field in fields.values()
        if getattr(row, field.attname) != getattr(change.row, field.attname)
    ]
    if again:
        raise LaterChanges(again)
    facts = {name: getattr(previous, name) for name in names}
    if kind == "guardian":
        for name, value in facts.items():
            setattr(row, name, value)
        sign(row, by, now, reason)
        row.save()
        return
    change_record(row=row, version=row.version, facts=facts, by=by, now=now, reason=reason)
