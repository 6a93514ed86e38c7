"""What a list says otherwise than a file: accepted one by one or in bulk, refused with a reason."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.scope import EVERYTHING, acting
from children.actions.application import open_application
from children.actions.child import change_child
from children.actions.guardianship import add_guardian
from children.actions.record import lock_child, sign
from children.models import Child, Guardian
from exchange.models import ChangeState, ProposedChange, ProposedField
from exchange.models.changed_since import OF_PARENT, changed_since

from .proposed_certificate import write_certificate
from .proposed_spell import write_spell

F = ProposedField
PLAIN = {F.NAME: "name", F.SEX: "sex", F.ADDRESS: "address", F.PHONE: "phone"}
PLACES = {F.RESIDENCE_AREA: "residence_area_id", F.HUKOU_AREA: "hukou_area_id"}


class Decided(Exception):
    """Somebody has decided it meanwhile."""


class FactChanged(Exception):
    """The file says otherwise now than when the list came."""


def stale(changes: Iterable[ProposedChange]) -> set[int]:
    """Keys of those whose fact was changed since the list came. `list_import` is at hand."""
    changes = list(changes)
    return changed_since(changes, {one.pk: one.list_import.at for one in changes})


def accept(*, change: ProposedChange, anyway: bool, by: User, now: datetime) -> None:
    """The file says what the list said; a category opens an application, which others confirm.

    `anyway` also when the fact has changed since. Raises Decided, FactChanged, PromiseBroken.
    """
    with transaction.atomic():
        child = lock_child(change.child_id)
        row = _open(change)
        if row.child_id != child.pk or child.merged_into_id is not None:
            raise Decided  # its file goes on in another one, which is asked now
        if not anyway and stale([row]):
            raise FactChanged
        carry_out(row, child, by, now)
        _decide(row, ChangeState.ACCEPTED, "", by, now)


def refuse(*, change: ProposedChange, reason: str, by: User, now: datetime) -> None:
    """Raises Decided."""
    with transaction.atomic():
        lock_child(change.child_id)
        _decide(_open(change), ChangeState.REFUSED, reason, by, now)


def _open(change: ProposedChange) -> ProposedChange:
    rows = ProposedChange.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("list_import").get(pk=change.pk)
    if row.state != ChangeState.OPEN:
        raise Decided
    return row


def _decide(row: ProposedChange, state: ChangeState, reason: str, by: User, now: datetime) -> None:
    row.state, row.decided_by, row.decided_at, row.reason = state.value, by, now, reason
    sign(row, by, now, reason)
    row.save()


def carry_out(row: ProposedChange, child: Child, by: User, now: datetime) -> None:
    """In the caller's transaction, the child locked. Raises PromiseBroken."""
    field, value, reason = F(row.field), str(row.new_value), reason_told(row)
    if field is F.GUARDIAN:
        facts = guardian_told(row, now)
        known = _known(facts)
        add_guardian(child=child, facts=facts, known=known, by=by, now=now, reason=reason)
    elif field is F.CERTIFICATE:
        write_certificate(change=row, child=child, by=by, now=now, reason=reason)
    elif field in (F.ECONOMIC, *OF_PARENT):
        write_spell(change=row, child=child, by=by, now=now, reason=reason)
    elif field is F.CATEGORY:
        grounds = grounds_told(row)
        open_application(child=child, category=value, applicant="", grounds=grounds, by=by, now=now)
    else:
        change_child(
            child=child, version=child.version, facts=facts_told(field, value), by=by, now=now,
            reason=reason,
        )  # fmt: skip


def reason_told(row: ProposedChange) -> str:
    """What history says of it."""
    return f"{row.list_import.kind} #{row.list_import_id}"


def grounds_told(row: ProposedChange) -> str:
    return f"{row.list_import.get_kind_display()} #{row.list_import_id}"


def facts_told(field: ProposedField, value: str) -> dict[str, Any]:
    """Facts of the child, places and ethnicity by their keys."""
    if field is F.BIRTH_DATE:
        return {"birth_date": datetime.strptime(value, "%Y-%m-%d").date()}
    if field is F.ID_NUMBER:
        return {"id_type": "RESIDENT_ID", "id_number": value}
    if field is F.ETHNICITY:
        return {"ethnicity_id": int(value)}
    return {PLACES.get(field) or PLAIN[field]: value}


def _known(facts: dict[str, Any]) -> Guardian | None:
    """The person registered under this number and name, whoever registered them."""
    if not facts["id_number"]:
        return None
    with acting(EVERYTHING):
        same = Guardian.objects.filter(id_number_hash=facts["id_number"], name=facts["name"])
        return same.order_by("pk").first()


def guardian_told(row: ProposedChange, now: datetime) -> dict[str, Any]:
    """The person and the time of their care, as `add_guardian` wants to know them."""
    said: dict[str, str] = json.loads(str(row.new_value))
    number, relation = said.get("id_number", ""), said.get("relation") or "OTHER"
    return {
        "name": said["name"], "id_type": "RESIDENT_ID" if number else "NONE", "id_number": number,
        "phone": said.get("phone", ""), "workplace": "", "relation": relation,
        "kind": "PARENT" if relation in ("FATHER", "MOTHER") else "LEGAL",
        "starts_on": timezone.localdate(now), "ends_on": None, "is_main_carer": False,
        "lives_with_child": False, "do_not_notify": False,
    }  # fmt: skip
