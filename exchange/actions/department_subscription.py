"""What a department wants to be told of; changed records are kept until it fetches them."""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from children.actions.record import sign
from children.models import Child
from exchange.models import DepartmentNotice, DepartmentSubscription, SharingAgreement
from exchange.models.department_call import FORGET_NOTICES
from exchange.models.department_facts import facts_of, find_people, registered
from exchange.rules.department_message import Refused, Registry, bad, moment, obj, plain
from exchange.rules.department_query import Person, WrongQuery, read_person
from exchange.rules.department_record import record

from .department_caller import Caller, caller_of
from .department_search import RECORD_TYPES, note_seen, stamp

MOST = 100  # notices in one answer
REGISTRY = Registry.DISABILITY  # the one that is subscribed to
GONE = "null"  # JSON of a child that is not in the registry any more
Item = dict[str, Any]
Read = tuple[Person, str] | WrongQuery  # whom a question means, and the event


def subscribe(caller: Caller, asked: Sequence[Item], now: datetime) -> list[Item]:
    """subscribe_response in the order of subscribe_request; asked of the register all at once."""
    read = [_read(caller, each) for each in asked]
    meant = _meant(caller, read, now)
    fresh = {child for child in meant if isinstance(child, int)}
    note_seen(caller.grant, fresh)
    records = _records(fresh, caller.agreement, now)
    return [
        _refused(each, child, now)
        if isinstance(child, WrongQuery)
        else _subscribed(each, _begun(caller, child, one, records[child], now), now)
        for each, one, child in zip(asked, read, meant, strict=True)
    ]


def _meant(caller: Caller, read: Sequence[Read], now: datetime) -> list[int | WrongQuery]:
    """The child of each question, once in a message; or why nothing is told of anybody."""
    people = [one[0] for one in read if not isinstance(one, WrongQuery)]
    rows = registered(REGISTRY, caller.agreement, caller.grant, timezone.localdate(now))
    found = find_people(people, rows)
    mine = DepartmentSubscription.objects.filter(agreement=caller.agreement, ended_at__isnull=True)
    ids = {child for one in found for child in one}
    told = set(mine.filter(child__pk__among=ids).values_list("child_id", flat=True))
    each = iter(found)
    return [one if isinstance(one, WrongQuery) else _once(next(each), told) for one in read]


def _once(found: list[int], told: set[int]) -> int | WrongQuery:
    """`told` takes up the child."""
    if len(found) != 1:
        return WrongQuery("rjct.person_id.invalid", "The registry has no such person.")
    if found[0] in told:
        return WrongQuery("rjct.event.already_subscribed", "You are told of this person already.")
    told.add(found[0])
    return found[0]


def _refused(asked: Item, wrong: WrongQuery, now: datetime) -> Item:
    return {
        "reference_id": asked["reference_id"], "timestamp": stamp(now), "status": "rjct",
        "status_reason_code": wrong.code, "status_reason_message": wrong.message,
    }  # fmt: skip


def _subscribed(asked: Item, row: DepartmentSubscription, now: datetime) -> Item:
    code = {"code": str(row.uuid), "status": "subscribe", "timestamp": stamp(row.begun_at),
            "reg_event_type": row.event}  # fmt: skip
    return {
        "reference_id": asked["reference_id"], "timestamp": stamp(now), "status": "succ",
        "subscriptions": [code],
    }  # fmt: skip


def _begun(
    caller: Caller, child: int, read: Any, record: str, now: datetime
) -> DepartmentSubscription:
    _person, event = read
    row = DepartmentSubscription(
        agreement=caller.agreement, child_id=child, event=event, begun_at=now,
        first_hash=_hash(record),
    )  # fmt: skip
    sign(row, caller.agreement.caller, now, "")
    row.save(force_insert=True)
    return row


def _read(caller: Caller, asked: Item) -> Read:
    """Whom it means and the event; what is wrong with the question otherwise."""
    try:
        return _read_whole(caller, asked)
    except WrongQuery as wrong:
        return wrong


def _read_whole(caller: Caller, asked: Item) -> tuple[Person, str]:
    """Raises WrongQuery."""
    try:
        moment(asked.get("timestamp"), "timestamp")
        criteria = obj(asked.get("subscribe_criteria"), "subscribe_criteria")
    except Refused as refused:
        raise WrongQuery(refused.code, refused.message) from None
    event = plain(criteria.get("reg_event_type"))
    if not event:
        raise WrongQuery("rjct.notify_types.invalid", "reg_event_type is missing.")
    person = read_person(
        criteria.get("filter_type", "idtype-value"), criteria.get("filter"),
        caller.agreement.by_name_and_birth,
    )  # fmt: skip
    return person, event


def _records(ids: Iterable[int], agreement: SharingAgreement, now: datetime) -> dict[int, str]:
    """Child → its record as JSON."""
    facts = facts_of(ids, agreement, agreement.fields, timezone.localdate(now))
    told = set(agreement.fields)
    return {
        key: json.dumps(record(REGISTRY, one, told), sort_keys=True) for key, one in facts.items()
    }


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def unsubscribe(caller: Caller, codes: Any, now: datetime) -> list[str]:
    """The codes that stand no more; one ended before is no error. Raises Refused."""
    wanted = _uuids(codes, "subscription_codes")
    with acting(EVERYTHING):  # also of a child that has moved away since
        mine = DepartmentSubscription.objects.filter(agreement=caller.agreement, uuid__in=wanted)
        rows = list(mine.select_for_update(of=("self",)))
        if len(rows) != len(wanted):
            raise bad("A code that is not yours.", "rjct.subscription_code.invalid")
        for row in rows:
            if row.ended_at is None:
                row.ended_at = now
                sign(row, caller.agreement.caller, now, "")
                row.save()
    return [str(row.uuid) for row in rows]


def _uuids(value: Any, name: str) -> set[uuid.UUID]:
    if not isinstance(value, list) or not 1 <= len(value) <= 1_000:
        raise bad(f"{name} has to be a list of 1 to 1000 codes.")
    try:
        return {uuid.UUID(plain(each)) for each in value}
    except ValueError:
        raise bad(f"{name} holds no code of ours.", "rjct.subscription_code.invalid") from None


# Notices ----------------------------------------------------------------------------------------


def fetch_notices(caller: Caller, received: Any, now: datetime) -> list[Item]:
    """The oldest that the department has not said it has; `received` names those it has.

    Of a child that another area keeps by now it is told that it is gone, and no more.
    """
    had = _uuids(received, "received") if received else set()
    with acting(EVERYTHING):
        mine = DepartmentNotice.objects.filter(
            subscription__agreement=caller.agreement, had_at__isnull=True
        )
        mine.filter(uuid__in=had).update(had_at=now)
        rows = list(mine.select_related("subscription").order_by("at", "pk")[:MOST])
    told = {row.subscription.child_id for row in rows if str(row.record) != GONE}
    ours = Child.objects.ours(caller.grant).filter(pk__in=told)
    seen = set(ours.values_list("pk", flat=True))
    note_seen(caller.grant, seen)
    return [_event(row, row.subscription.child_id in seen) for row in rows]


def _event(row: DepartmentNotice, is_ours: bool) -> Item:
    told = json.loads(str(row.record)) if is_ours else None
    return {
        "reference_id": str(row.uuid),
        "timestamp": stamp(row.at),
        "subscription_code": str(row.subscription.uuid),
        "data": {
            "version": "1.0.0", "reg_type": "ns:org:RegistryType:Disability",
            "reg_event_type": row.subscription.event, "reg_record_type": RECORD_TYPES[REGISTRY],
            "reg_records": [] if told is None else [told],
        },
    }  # fmt: skip


def records_in(events: Iterable[Item]) -> int:
    return sum(len(each["data"]["reg_records"]) for each in events)


def note_changes(now: datetime) -> int:
    """A notice for each record that reads otherwise than when it was last told. By the worker."""
    with acting(EVERYTHING):
        living = DepartmentSubscription.objects.filter(ended_at__isnull=True)
        by_agreement: dict[int, list[DepartmentSubscription]] = defaultdict(list)
        for row in living.order_by("pk"):
            by_agreement[row.agreement_id].append(row)
        agreements = SharingAgreement.objects.in_force(timezone.localdate(now))
        found = list(agreements.select_related("caller").filter(pk__in=by_agreement))
    return sum(_noted(caller_of(one), by_agreement[one.pk], now) for one in found)


def _noted(caller: Caller, rows: list[DepartmentSubscription], now: datetime) -> int:
    agreement = caller.agreement
    with acting(caller.scope):
        there = registered(REGISTRY, agreement, caller.grant, timezone.localdate(now))
        ids = there.filter(pk__in={row.child_id for row in rows}).values_list("pk", flat=True)
        records = _records(ids, agreement, now)
    with acting(EVERYTHING):
        latest = DepartmentNotice.objects.filter(subscription__in=rows).order_by("at", "pk")
        known = dict(latest.values_list("subscription_id", "record_hash"))
        told = [(row, records.get(row.child_id, GONE)) for row in rows]
        notices = [
            DepartmentNotice(
                subscription=row, area_code=agreement.area_code, record=record,
                record_hash=_hash(record), at=now,
            )
            for row, record in told
            if bytes(known.get(row.pk, row.first_hash)) != _hash(record)
        ]  # fmt: skip
        DepartmentNotice.objects.bulk_create(notices)
    return len(notices)


def forget_notices(now: datetime) -> None:
    """Past their days; the newest of each subscription stays, to be compared with."""
    with acting(EVERYTHING), connection.cursor() as cursor:
        cursor.execute(FORGET_NOTICES, [now])
