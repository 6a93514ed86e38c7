"""Changes accepted many at a time: the same as accepting each, in a few statements for all.

What becomes of a file is worked out by the same functions as for one change; the rows are written
together. Where the database refuses, the set is halved until the one it refuses is left alone, and
that one takes the way of a single change.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.scope import EVERYTHING, acting
from children.actions.application import open_applications
from children.actions.certificate import taking
from children.actions.child import share_many_with_hukou_township
from children.actions.guardianship import CARE, PERSON
from children.actions.promises import PromiseBroken, broken_promise
from children.actions.record import differs
from children.models import (
    Application,
    CertificateStatus,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardian,
    Guardianship,
    ParentStatus,
)
from exchange.models import ProposedChange, ProposedField
from exchange.models.changed_since import COLUMN, OF_PARENT
from exchange.models.rows_in_sets import add_rows, change_rows
from exchange.words import turns_key

from .proposed_certificate import certificate_told
from .proposed_change import carry_out, facts_told, grounds_told, guardian_told, reason_told
from .proposed_spell import Spell, spell_told

F = ProposedField
Changes = Sequence[ProposedChange]
# What is written beside a column of the child, of those that follow from it.
_BESIDE = {
    "name": ("name", "name_sort", "name_keys"),
    "id_number": ("id_number", "id_number_hash"),
    "phone": ("phone", "phone_hash", "phone_last_four"),
}
# What one change can run into, and no other has to wait for. The last two: what a list said, and
# was taken for right, is nothing that a file can say.
_REFUSALS = (PromiseBroken, IntegrityError, DataError, ValueError)
_OF_CERTIFICATE = ("issued_on", "expires_on", "status", "status_from")


def accept_in_sets(
    *, changes: Changes, children: dict[int, Child], by: User, now: datetime
) -> dict[int, str]:
    """Files say what the changes said; not that these are decided. In the caller's transaction, the
    `children` locked, nothing said twice of one fact. By key of those that the database refuses:
    the name of the promise that would be broken."""
    refused: dict[int, str] = {}
    for turn in _turns(changes):
        refused |= _tried(turn, children, by, now)
    return refused


def _turns(changes: Changes) -> Iterator[list[ProposedChange]]:
    """One of each child after the other: a file's facts have their own lines of history."""
    of_child: dict[int, list[ProposedChange]] = defaultdict(list)
    for change in changes:
        of_child[change.child_id].append(change)
    for turn in zip_longest(*of_child.values()):
        yield [change for change in turn if change is not None]


def _tried(
    changes: list[ProposedChange], children: dict[int, Child], by: User, now: datetime
) -> dict[int, str]:
    try:
        with transaction.atomic():
            if len(changes) == 1 or turns_key():  # the other key is asked for one row at a time
                for change in changes:
                    carry_out(change, Child.objects.get(pk=change.child_id), by, now)
            else:
                _write(changes, children, by, now)
    except _REFUSALS as error:
        if len(changes) == 1:
            return {changes[0].pk: _promise(error)}
    else:
        return {}
    half = len(changes) // 2
    return {
        key: name
        for part in (changes[:half], changes[half:])
        for key, name in _tried(part, children, by, now).items()
    }


def _promise(error: Exception) -> str:
    """The name of what was broken; empty where nobody gave it one."""
    if isinstance(error, IntegrityError):
        error = broken_promise(error)
    return error.constraint if isinstance(error, PromiseBroken) else ""


def _write(changes: Changes, children: dict[int, Child], by: User, now: datetime) -> None:
    ways: dict[Callable[..., None], list[ProposedChange]] = defaultdict(list)
    for change in changes:
        ways[_WAYS[F(change.field)]].append(change)
    for write, of_it in ways.items():
        write(of_it, children, by, now)


def _write_facts(changes: Changes, children: dict[int, Child], by: User, now: datetime) -> None:
    rows = Child.objects.for_write().in_bulk([change.child_id for change in changes])
    written: dict[tuple[str, ...], list[Child]] = defaultdict(list)
    for change in changes:
        child = rows[change.child_id]
        facts = facts_told(F(change.field), str(change.new_value))
        names = [name for name, value in facts.items() if differs(child, name, value)]
        for name in names:
            setattr(child, name, facts[name])
        if names:
            written[tuple(names)].append(child)
    reasons = {change.child_id: reason_told(change) for change in changes}
    for names_, of_them in written.items():
        columns = [column for name in names_ for column in _BESIDE.get(name, (name,))]
        change_rows(of_them, columns, reasons, by_id=by.pk, now=now)
        if "hukou_area_id" in names_:
            share_many_with_hukou_township(of_them, by, now)


def _write_guardians(changes: Changes, children: dict[int, Child], by: User, now: datetime) -> None:
    told = [guardian_told(change, now) for change in changes]
    reasons = [reason_told(change) for change in changes]
    persons = _registered({facts["id_number"] for facts in told if facts["id_number"]})
    new: list[tuple[Guardian, str]] = []
    carers: list[Guardian] = []
    for change, facts, reason in zip(changes, told, reasons, strict=True):
        who = (facts["id_number"], facts["name"])
        person = persons.get(who) if facts["id_number"] else None
        if person is None:
            place = children[change.child_id].managing_area_id
            person = Guardian(**{name: facts[name] for name in PERSON}, recorded_in_id=place)
            new.append((person, reason))
            persons[who] = person
        carers.append(person)
    add_rows([one for one, _ in new], [reason for _, reason in new], by_id=by.pk, now=now)
    rows = [
        Guardianship(
            child_id=change.child_id, guardian=person, **{name: facts[name] for name in CARE}
        )
        for change, facts, person in zip(changes, told, carers, strict=True)
    ]
    add_rows(rows, reasons, by_id=by.pk, now=now)


def _registered(numbers: set[str]) -> dict[tuple[str, str], Guardian]:
    """By number and name, whoever registered them; the first of two alike."""
    column: Any = Guardian._meta.get_field("id_number_hash")
    hashes = {column.hash_of(number): number for number in numbers}
    with acting(EVERYTHING):
        rows = Guardian.objects.filter(id_number_hash__in=list(hashes)).order_by("-pk")
        return {(hashes[bytes(row.id_number_hash)], row.name): row for row in rows}


def _write_certificates(
    changes: Changes, children: dict[int, Child], by: User, now: datetime
) -> None:
    held: dict[int, list[DisabilityCertificate]] = defaultdict(list)
    keys = [change.child_id for change in changes]
    rows = DisabilityCertificate.objects.with_number().filter(child__pk__among=keys)
    for row in rows.order_by("pk"):
        held[row.child_id].append(row)
    day, reasons = timezone.localdate(now), {}
    changed: list[DisabilityCertificate] = []
    added: list[DisabilityCertificate] = []
    for change in changes:
        told = taking(held=held[change.child_id], day=day, **certificate_told(change))
        for row, facts in told.changes:
            names = [name for name, value in facts.items() if getattr(row, name) != value]
            for name in names:
                setattr(row, name, facts[name])
            if names:
                changed.append(row)
                reasons[row.pk] = reason_told(change)
        if told.added is not None:
            added.append(DisabilityCertificate(child_id=change.child_id, **told.added))
    # Of a child's certificates one is valid at most: the others make room first.
    signed: dict[str, Any] = {"by_id": by.pk, "now": now}
    for holds in (False, True):
        part = [row for row in changed if (row.status == CertificateStatus.VALID) == holds]
        change_rows(part, _OF_CERTIFICATE, reasons, **signed)
    of_child = {change.child_id: reason_told(change) for change in changes}
    add_rows(added, [of_child[row.child_id] for row in added], **signed)


def _write_spells(changes: Changes, children: dict[int, Child], by: User, now: datetime) -> None:
    for model in (EconomicStatusSpell, ParentStatus):
        about = [one for one in changes if (one.field == F.ECONOMIC) == (model is not ParentStatus)]
        if about:
            _write_spells_of(model, about, by, now)


def _write_spells_of(model: Any, changes: Changes, by: User, now: datetime) -> None:
    held: dict[int, list[Spell]] = defaultdict(list)
    keys = [change.child_id for change in changes]
    for row in model.objects.filter(child__pk__among=keys).order_by("pk"):
        held[row.child_id].append(row)
    reasons: dict[int, str] = {}
    written: dict[str, list[Spell]] = {"ends_on": [], "status": []}  # in this order
    added: list[tuple[Spell, str]] = []
    for change in changes:
        rows, new = spell_told(change, held[change.child_id])
        for row, facts in rows:
            for name, value in facts.items():
                setattr(row, name, value)
                written[name].append(row)
            reasons[row.pk] = reason_told(change)
        if new is not None:
            added.append((new, reason_told(change)))
    signed: dict[str, Any] = {"by_id": by.pk, "now": now}
    for name, of_it in written.items():
        change_rows(of_it, [name], reasons, **signed)
    add_rows([row for row, _ in added], [reason for _, reason in added], **signed)


def _open_applications(
    changes: Changes, children: dict[int, Child], by: User, now: datetime
) -> None:
    rows = [
        Application(
            child_id=change.child_id, category=str(change.new_value), applicant="",
            grounds=grounds_told(change),
        )
        for change in changes
    ]  # fmt: skip
    add_rows(rows, [""] * len(rows), by_id=by.pk, now=now)
    open_applications(keys=[row.pk for row in rows], by=by, now=now)


_WAYS: dict[ProposedField, Callable[..., None]] = {
    **dict.fromkeys(COLUMN, _write_facts),
    F.GUARDIAN: _write_guardians, F.CERTIFICATE: _write_certificates,
    **dict.fromkeys((F.ECONOMIC, *OF_PARENT), _write_spells), F.CATEGORY: _open_applications,
}  # fmt: skip
