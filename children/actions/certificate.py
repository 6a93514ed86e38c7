"""A certificate takes the place of the one before it: one transaction, both with their history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from children.models import Child, DisabilityCertificate
from children.rules.certificate import (
    Paper,
    Standing,
    Status,
    ended_as,
    ended_by,
    not_valid_from,
    replaced_from,
    standing,
)

from .promises import PromiseBroken
from .record import add_record, change_record, lock_child

Certificates = list[DisabilityCertificate]


@dataclass(frozen=True)
class Taking:
    """What becomes of a child's certificates when one is taken: `changes`, in this order, before
    `added` comes in."""

    standing: Standing
    changes: list[tuple[DisabilityCertificate, dict[str, Any]]]
    added: dict[str, Any] | None


def taking(
    *, held: Certificates, facts: Mapping[str, Any], day: date, since: date | None = None,
    is_told: bool = False,
) -> Taking:  # fmt: skip
    """`held`: all of the child that have a number, in the order of their keys; the rest is of
    `take_certificate`."""
    new = _paper(facts, is_told)
    found = standing(new, [row.paper for row in held], day)
    same = next((row for row in held if row.number == new.number), None)
    valid = _valid(held, new.number)
    changes: list[tuple[DisabilityCertificate, dict[str, Any]]] = []
    if found == Standing.KNOWN:
        return Taking(found, changes, None)
    status = str(Status.VALID)
    if found == Standing.PAST:
        status = _past_status(new, valid, day)
    elif valid is not None:
        changes.append((valid, _replaced(valid.paper, new, day)))
    if same is None:
        return Taking(found, changes, {**facts, "status": status})
    is_over = found == Standing.ENDED
    changes.append((same, _ended(same, new, day, since) if is_over else _renewed(same, facts)))
    return Taking(found, changes, None)


def take_certificate(
    *, child: Child, facts: Mapping[str, Any], by: User, now: datetime, reason: str = "",
    since: date | None = None, is_told: bool = False,
) -> Standing:  # fmt: skip
    """`facts`: the fields of a certificate with a number. A newer one is valid and ends the one
    before it; an older one is kept as a past one. `is_told`: a list says its status by a word;
    what holds no more by it, holds no more from `since` on. Raises PromiseBroken."""
    signed: dict[str, Any] = {"by": by, "now": now, "reason": reason}
    with transaction.atomic():
        lock_child(child.pk)
        rows = list(DisabilityCertificate.objects.with_number().filter(child=child).order_by("pk"))
        told = taking(
            held=rows, facts=facts, day=timezone.localdate(now), since=since, is_told=is_told
        )
        for row, said in told.changes:
            change_record(row=row, version=row.version, facts=said, **signed)
        if told.added is not None:
            add_record(row=DisabilityCertificate(child=child, **told.added), **signed)
    return told.standing


def enter_certificate(
    *, child: Child, facts: Mapping[str, Any], by: User, now: datetime
) -> Standing | None:
    """As somebody typed it. One that is older than the valid one is not valid: whoever says so
    chooses what else it is. Raises PromiseBroken."""
    with transaction.atomic():
        lock_child(child.pk)
        if facts["number"] and facts["status"] == Status.VALID:
            rows = DisabilityCertificate.objects.with_number().filter(child=child).order_by("pk")
            held = list(rows)
            new = _paper(facts)
            found = standing(new, [row.paper for row in held], timezone.localdate(now))
            if found not in (Standing.KNOWN, Standing.PAST):
                return take_certificate(child=child, facts=facts, by=by, now=now)
            if found == Standing.PAST and _valid(held, new.number) is not None:
                raise PromiseBroken(
                    "certificate_one_valid_per_child",
                    _("The certificate on file is newer. Choose another status for this one."),
                )
        add_record(row=DisabilityCertificate(child=child, **facts), by=by, now=now)
    return None


def _paper(facts: Mapping[str, Any], is_told: bool = False) -> Paper:
    return Paper(
        facts["number"], facts.get("issued_on"), facts.get("expires_on"),
        str(facts.get("status") or Status.VALID), is_told,
    )  # fmt: skip


def _valid(rows: Certificates, number: str) -> DisabilityCertificate | None:
    others = (row for row in rows if row.number != number)
    return next((row for row in others if row.status == Status.VALID), None)


def _past_status(new: Paper, valid: DisabilityCertificate | None, day: date) -> str:
    if new.status != Status.VALID:
        return new.status
    return ended_as(new, valid.paper, day) if valid is not None else Status.EXPIRED


def _replaced(old: Paper, new: Paper, day: date) -> dict[str, Any]:
    status = ended_as(old, new, day)
    ended = Paper(old.number, old.issued_on, old.expires_on, status)
    return {
        "status": status.value,
        "status_from": not_valid_from(ended, replaced_from(old, new, day), day),
    }


def _ended(row: DisabilityCertificate, new: Paper, day: date, since: date | None) -> dict[str, Any]:
    ended = ended_by(new, row.paper, day)
    return {
        "status": str(ended.status), "expires_on": ended.expires_on,
        "status_from": not_valid_from(ended, since or day, day),
    }  # fmt: skip


def _renewed(row: DisabilityCertificate, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Its later days. A list that tells when it was first issued says nothing of the renewal."""
    issued, expires = facts.get("issued_on"), facts.get("expires_on")
    if issued is None or (row.issued_on and issued < row.issued_on):
        issued = row.issued_on
    if expires is None and not (issued and row.expires_on and row.expires_on < issued):
        expires = row.expires_on
    return {"issued_on": issued, "expires_on": expires, "status": Status.VALID.value,
            "status_from": None}  # fmt: skip
