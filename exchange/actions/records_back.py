"""Records that accepted changes of a list added, or ended, beside the child's own facts: taken
back with the list where they stand as the list left them."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.guard.install import history_model
from accounts.history_rows import write_history
from accounts.models import User
from children.actions.application import withdraw_untouched
from children.models import (
    Application,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardian,
    Guardianship,
    KeyFact,
    ParentStatus,
)
from exchange.models import ProposedChange, ProposedField
from exchange.models.changed_since import OF_PARENT
from exchange.models.resting import carers_needed, last_confirmation, last_decision, pointed_to

F = ProposedField
Past = list[dict[str, Any]]  # rows of history, the oldest first
_OF_MODEL: dict[Any, tuple[ProposedField, ...]] = {
    EconomicStatusSpell: (F.ECONOMIC,),
    ParentStatus: tuple(OF_PARENT),
    DisabilityCertificate: (F.CERTIFICATE,),
    Guardianship: (F.GUARDIAN,),
    Application: (F.CATEGORY,),
}
# Of which one takes the place of another: what the acceptance wrote over, by its columns.
_REPLACED: dict[Any, tuple[str, ...]] = {
    EconomicStatusSpell: ("status", "ends_on"),
    ParentStatus: ("status", "ends_on"),
    DisabilityCertificate: ("status", "status_from", "issued_on", "expires_on"),
}  # fmt: skip
_RESTED_ON = _REPLACED  # by decisions on aid
_CONFIRMED = {
    EconomicStatusSpell: KeyFact.HOUSEHOLD, ParentStatus: KeyFact.PARENTS,
    DisabilityCertificate: KeyFact.CATEGORIES, Guardianship: KeyFact.CARER,
    Application: KeyFact.CATEGORIES,
}  # fmt: skip


@dataclass
class _Step:
    """What goes back together or not at all: rows of one model and child."""

    model: Any
    changes: list[ProposedChange]
    added: list[int] = field(default_factory=list)
    before: dict[int, int] = field(default_factory=dict)  # row → line of history to go back to

    @property
    def child_id(self) -> int:
        return self.changes[0].child_id

    @property
    def rows(self) -> list[int]:
        return [*self.added, *self.before]

    @property
    def accepted_at(self) -> datetime:
        return min(_at(change) for change in self.changes)


def take_back_records(
    *, changes: Collection[ProposedChange], mark: str, by: User, now: datetime, reason: str
) -> list[ProposedChange]:
    """In the caller's transaction, the children locked. Those that were taken back.

    Left are rows that anybody wrote to since, that other rows point to, on which aid was decided
    since or that somebody confirmed, and what a promise of the database holds.
    """
    done: list[ProposedChange] = []
    for model, fields in _OF_MODEL.items():
        asked = [change for change in changes if change.field in fields]
        steps = _free(model, list(_steps(model, asked, mark))) if asked else []
        for step in _carried_out(model, steps, mark, by, now, reason):
            done += step.changes
    return done


def _steps(model: Any, asked: list[ProposedChange], mark: str) -> Iterator[_Step]:
    past = _past(model, {change.child_id for change in asked})
    if model in _REPLACED:
        yield from _replaced_steps(model, asked, past, mark)
    else:
        yield from _added_steps(model, asked, past, "" if model is Application else mark)


def _past(model: Any, children: Iterable[int]) -> Past:
    history: Any = history_model(model)
    names = ["parent"] if model is ParentStatus else []
    rows = history.objects.filter(child_id__in=children).order_by("history_id")
    return list(rows.values(
        "id", "child_id", "history_id", "history_type", "history_date", "history_user_id",
        "history_change_reason", *names,
    ))  # fmt: skip


def _replaced_steps(
    model: Any, asked: list[ProposedChange], past: Past, mark: str
) -> Iterator[_Step]:
    """Of each household or parent, or a child's certificates: the last lines of history, as far
    back as they are the list's. A line that anybody wrote after them leaves all as it is."""
    said: dict[Any, list[ProposedChange]] = defaultdict(list)
    for change in asked:
        said[change.child_id, OF_PARENT.get(F(change.field))].append(change)
    lines: dict[Any, Past] = defaultdict(list)
    for line in past:
        lines[line["child_id"], line.get("parent")].append(line)
    for key, changes in said.items():
        is_of_list = partial(_is_of, changes=changes, mark=mark)
        tail = list(takewhile(is_of_list, reversed(lines[key])))
        if not tail:
            continue
        earlier = {one["id"]: one["history_id"] for one in lines[key][: -len(tail)]}
        rows = {one["id"] for one in tail}
        dates = {one["history_date"] for one in tail}
        yield _Step(
            model, [change for change in changes if change.decided_at in dates],
            sorted(rows - earlier.keys()), {key: earlier[key] for key in rows & earlier.keys()},
        )  # fmt: skip


def _is_of(line: dict[str, Any], changes: Iterable[ProposedChange], mark: str) -> bool:
    return (line["history_change_reason"] or "") == mark and any(
        (line["history_date"], line["history_user_id"]) == (_at(one), one.decided_by_id)
        for one in changes
    )


def _added_steps(model: Any, asked: list[ProposedChange], past: Past, mark: str) -> Iterator[_Step]:
    """Each row that an acceptance added and nobody wrote to since, with its change."""
    said: dict[int, list[ProposedChange]] = defaultdict(list)
    for change in asked:
        said[change.child_id].append(change)
    lines: dict[int, Past] = defaultdict(list)
    for line in past:
        lines[line["id"]].append(line)
    added = {
        key: line for key, (line, *since) in lines.items()
        if line["history_type"] == "+" and not since
        and _is_of(line, said[line["child_id"]], mark)
    }  # fmt: skip
    for row in _rows(model, list(added)):
        for change in said[row.child_id]:
            if _is_of(added[row.pk], [change], mark) and _says(row, str(change.new_value)):
                said[row.child_id].remove(change)
                yield _Step(model, [change], [row.pk])
                break


def _rows(model: Any, keys: list[int]) -> Iterable[Any]:
    rows = model.objects.filter(pk__among=keys).order_by("pk")
    if model is Guardianship:
        return rows.select_related("guardian")  # type: ignore[no-any-return]
    return rows  # type: ignore[no-any-return]


def _says(row: Any, said: str) -> bool:
    """Whether it is the row that this change added."""
    if isinstance(row, Guardianship):
        person, told = row.guardian, json.loads(said)
        names = ["name", "id_number"] if told.get("id_number") else ["name", "id_number", "phone"]
        is_person = all(getattr(person, name) == told.get(name, "") for name in names)
        return is_person and row.relation == (told.get("relation") or "OTHER")
    return bool(row.category == said)


def _free(model: Any, steps: list[_Step]) -> list[_Step]:
    """Those on which nothing has come to rest since."""
    added = [key for step in steps for key in step.added]
    with connection.cursor() as cursor:  # whoever points to one of them meanwhile waits
        cursor.execute(
            f"SELECT id FROM {model._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [[key for step in steps for key in step.rows]],
        )
    needed = pointed_to(model, added)
    if model is Guardianship:
        needed |= carers_needed(added) | _changed_persons(added)
    children = {step.child_id for step in steps}
    decided = last_decision(children) if model in _RESTED_ON else {}
    confirmed = last_confirmation(children)

    def is_free(step: _Step) -> bool:
        at = decided.get(step.child_id)
        day = confirmed.get((step.child_id, _CONFIRMED[model]))
        return (
            needed.isdisjoint(step.added)
            and (at is None or at <= step.accepted_at)
            and (day is None or day < timezone.localdate(step.accepted_at))
        )

    return [step for step in steps if is_free(step)]


def _changed_persons(guardianships: list[int]) -> set[int]:
    """Of these guardianships: those whose person came with them and was changed since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM children_guardianship c"
            " JOIN children_historicalguardianship m ON m.id = c.id AND m.history_type = '+'"
            " JOIN children_historicalguardian b ON b.id = c.guardian_id AND b.history_type = '+'"
            "  AND b.history_date = m.history_date"
            " WHERE c.id = ANY(%s) AND EXISTS (SELECT FROM children_historicalguardian h"
            "                                   WHERE h.id = b.id AND h.history_type <> '+')",
            [guardianships],
        )
        return {key for (key,) in cursor.fetchall()}


def _carried_out(
    model: Any, steps: list[_Step], mark: str, by: User, now: datetime, reason: str
) -> list[_Step]:
    """All at once; one by one where the database refuses something, and without that."""
    if not steps:
        return []
    try:
        with transaction.atomic():
            _carry_out(model, steps, mark, by, now, reason)
    except IntegrityError:
        if len(steps) == 1:
            return []
        return [
            done for step in steps
            for done in _carried_out(model, [step], mark, by, now, reason)
        ]  # fmt: skip
    return steps


def _carry_out(
    model: Any, steps: list[_Step], mark: str, by: User, now: datetime, reason: str
) -> None:
    added = [key for step in steps for key in step.added]
    if model is Application:  # what was applied for is never deleted
        withdraw_untouched(keys=added, by=by, now=now, reason=reason)
        return
    persons: list[int] = []
    if model is Guardianship:
        rows = Guardianship.objects.filter(pk__among=added)
        persons = list(rows.order_by().values_list("guardian_id", flat=True).distinct())
    _delete(model, added, by, now, reason)
    _go_back(model, [line for step in steps for line in step.before.values()], by, now, reason)
    _delete(Guardian, _brought_alone(persons, mark), by, now, reason)


def _delete(model: Any, keys: list[int], by: User, now: datetime, reason: str) -> None:
    if keys:
        write_history(model, keys, "-", by_id=by.pk, now=now, reason=reason)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = ANY(%s)", [keys])


def _go_back(model: Any, lines: list[int], by: User, now: datetime, reason: str) -> None:
    """Rows say again what these lines of history say: what the acceptance ended runs on."""
    if not lines:
        return
    history: Any = history_model(model)
    columns = ", ".join(f"{name} = h.{name}" for name in _REPLACED[model])
    # Of a child's certificates one is valid at most: the others make room first.
    parts = ("h.status <> 'VALID'", "h.status = 'VALID'")
    keys: list[int] = []
    with connection.cursor() as cursor:
        for part in parts if model is DisabilityCertificate else ("true",):
            cursor.execute(
                f"UPDATE {model._meta.db_table} t SET {columns},"
                f" version = t.version + 1, updated_at = %s FROM {history._meta.db_table} h"
                f" WHERE h.history_id = ANY(%s) AND h.id = t.id AND {part} RETURNING t.id",
                [now, lines],
            )
            keys += [key for (key,) in cursor.fetchall()]
    write_history(model, keys, "~", by_id=by.pk, now=now, reason=reason)


def _brought_alone(persons: list[int], mark: str) -> list[int]:
    """Of these people: those whom the list brought, who care for nobody and whom nothing names."""
    if not persons:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.id FROM children_guardian g WHERE g.id = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM children_historicalguardian h WHERE h.id = g.id"
            "                 AND h.history_change_reason IS DISTINCT FROM %s)"
            " ORDER BY g.id FOR UPDATE",
            [persons, mark],
        )
        brought = [key for (key,) in cursor.fetchall()]
    needed = pointed_to(Guardian, brought)
    return [key for key in brought if key not in needed]


def _at(change: ProposedChange) -> datetime:
    assert change.decided_at is not None
    return change.decided_at
