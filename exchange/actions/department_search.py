"""Searches of departments answered: at once, or by the worker and fetched later."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.access import Grant
from accounts.actions.access_log import record_each
from accounts.models import AccessKind
from accounts.scope import EVERYTHING, acting
from children.models import Child
from exchange.models import DepartmentSearch, SearchState, SharingAgreement
from exchange.models.department_facts import facts_of, find_people, registered
from exchange.rules.department_message import (
    Message,
    Refused,
    Registry,
    bad,
    moment,
    obj,
    plain,
    text,
)
from exchange.rules.department_query import Person, WrongQuery, read_person
from exchange.rules.department_record import record

from .department_caller import Caller, caller_of
from .sharing import record_out

TOO_MANY_FOUND = "rjct.search.too_many_records_found"
Item = dict[str, Any]


def search(caller: Caller, registry: Registry, asked: Sequence[Item], now: datetime) -> list[Item]:
    """search_response in the order of search_request; who is found stands in the access log."""
    return [answer for answer, _children in _searched(caller, registry, asked, now)]


def _searched(
    caller: Caller, registry: Registry, asked: Sequence[Item], now: datetime
) -> list[tuple[Item, list[int]]]:
    """Each answer with the children whose records stand in it."""
    read = [_read(each, caller.agreement) for each in asked]
    people = [one for one in read if isinstance(one, Person)]
    found = iter(_found(caller, registry, people, now))
    answers = []
    for each, one in zip(asked, read, strict=True):
        told, children = next(found) if isinstance(one, Person) else (one, [])
        answers.append((_answer(each, registry, told, now), children))
    return answers


def _read(asked: Item, agreement: SharingAgreement) -> Person | WrongQuery:
    try:
        moment(asked.get("timestamp"), "timestamp")
        criteria = obj(asked.get("search_criteria"), "search_criteria")
        return read_person(
            criteria.get("query_type"), criteria.get("query"), agreement.by_name_and_birth
        )
    except WrongQuery as wrong:
        return wrong
    except Refused as refused:
        is_time = refused.code == "rjct.timestamp.invalid"
        code = refused.code if is_time else "rjct.search_criteria.invalid"
        return WrongQuery(code, refused.message)


def _found(
    caller: Caller, registry: Registry, people: Sequence[Person], now: datetime
) -> list[tuple[list[Item] | WrongQuery, list[int]]]:
    today = timezone.localdate(now)
    agreement = caller.agreement
    rows = registered(registry, agreement, caller.grant, today)
    ids = find_people(people, rows)
    one = {found[0] for found in ids if len(found) == 1}
    facts = facts_of(one, agreement, agreement.fields, today)
    note_seen(caller.grant, one)
    answers: list[tuple[list[Item] | WrongQuery, list[int]]] = []
    for found in ids:
        if len(found) > 1:
            wrong = WrongQuery(TOO_MANY_FOUND, "More than one person: add the number.")
            answers.append((wrong, []))
        else:
            records = [record(registry, facts[key], agreement.fields) for key in found]
            answers.append((records, found))
    return answers


def note_seen(grant: Grant, ids: set[int]) -> None:
    """A line of the access log for each child whose record is given."""
    if ids:
        kept = dict(Child.objects.filter(pk__among=ids).values_list("pk", "managing_area_id"))
        record_each(grant=grant, kind=AccessKind.LOOKED_UP, request=None, children=kept,
                    subject="department")  # fmt: skip


def _answer(asked: Item, registry: Registry, found: list[Item] | WrongQuery, now: datetime) -> Item:
    answer = {"reference_id": asked["reference_id"], "timestamp": stamp(now), "locale": "zho"}
    if isinstance(found, WrongQuery):
        return answer | {"status": "rjct", "status_reason_code": found.code,
                         "status_reason_message": str(found.message)}  # fmt: skip
    return answer | {
        "status": "succ",
        "data": {
            "version": "1.0.0",
            "reg_type": f"ns:org:RegistryType:{registry.title()}",
            "reg_record_type": RECORD_TYPES[registry],
            "reg_records": found,
        },
        "pagination": {"page_size": 1, "page_number": 1, "total_count": len(found)},
    }


RECORD_TYPES = {Registry.DISABILITY: "DisabledPerson", Registry.SOCIAL: "Member"}


def stamp(now: datetime) -> str:
    return timezone.localtime(now).isoformat(timespec="seconds")


def rows_in(answers: Sequence[Item]) -> int:
    return sum(len(each.get("data", {}).get("reg_records", ())) for each in answers)


def record_shared(
    caller: Caller, registry: Registry, rows: int, answer: bytes, now: datetime
) -> None:
    """A record of sharing for what leaves; nothing when no record does."""
    agreement = caller.agreement
    if rows:
        record_out(
            kind=f"api.{registry.lower()}", department=agreement.department,
            purpose=agreement.purpose, legal_ground=agreement.legal_ground,
            fields=agreement.fields, rows=rows, file_hash=hashlib.sha256(answer).digest(),
            area_code=agreement.area_code, by=agreement.caller, now=now,
        )  # fmt: skip


# Later -----------------------------------------------------------------------------------------


def known_search(
    caller: Caller, registry: Registry, transaction_id: str
) -> DepartmentSearch | None:
    """The same question, sent before; calls of one agreement wait for each other."""
    rows = DepartmentSearch.objects.filter(agreement=caller.agreement, registry=registry.value)
    return rows.filter(transaction_id=transaction_id).first()


def keep_search(
    caller: Caller, registry: Registry, transaction_id: str, asked: Sequence[Item], now: datetime
) -> DepartmentSearch:
    """The question, to be answered by the worker."""
    agreement = caller.agreement
    row = DepartmentSearch(
        agreement=agreement, area_code=agreement.area_code, registry=registry.value,
        transaction_id=transaction_id, asked=json.dumps(list(asked), ensure_ascii=True),
        at=now, forget_at=now + timedelta(days=agreement.days_kept),
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def answer_search(search_id: int, now: datetime) -> None:
    """By the worker; run twice it equals once."""
    with acting(EVERYTHING):
        row = DepartmentSearch.objects.select_for_update(of=("self",)).filter(pk=search_id).first()
        if row is None or row.state != SearchState.WAITING:
            return
        agreement = SharingAgreement.objects.get(pk=row.agreement_id)
    if agreement.is_in_force(timezone.localdate(now)):
        caller = caller_of(agreement)
        with acting(caller.scope):
            found = _searched(caller, Registry(row.registry), json.loads(str(row.asked)), now)
        row.answer = json.dumps(found, ensure_ascii=True)
        row.rows = rows_in([answer for answer, _children in found])
        row.state = SearchState.ANSWERED
    else:
        row.state = SearchState.REFUSED
    row.asked = "[]"  # not needed any more
    with acting(EVERYTHING):
        row.save()


def fetch_search(
    caller: Caller, registry: Registry, message: Message, now: datetime
) -> tuple[DepartmentSearch, list[Item]]:
    """The search that is asked after, and its answers as far as there are: whoever has left the
    registry or the area since it was answered is nobody. Raises Refused."""
    asked = obj(message.content.get("txnstatus_request"), "txnstatus_request")
    text(asked.get("reference_id"), "reference_id", "rjct.reference_id.invalid")
    if asked.get("txn_type") != "search":
        raise bad("txn_type is search: of nothing else is an answer fetched later.")
    kind, value = asked.get("attribute_type"), plain(asked.get("attribute_value"))
    rows = DepartmentSearch.objects.filter(agreement=caller.agreement, registry=registry.value)
    if kind == "transaction_id":
        rows = rows.filter(transaction_id=value)
    elif kind == "correlation_id":
        code = _uuid(value)
        rows = rows.filter(uuid=code) if code else rows.none()
    else:
        raise bad("attribute_type is transaction_id or correlation_id.")
    row = rows.first()
    if row is None:
        raise Refused(404, "err.request.not_found", "No such search, or forgotten by now.")
    if row.state != SearchState.ANSWERED:
        return row, []
    # An answer from before children were noted beside it stands alone.
    kept = [one if isinstance(one, list) else [one, []] for one in json.loads(str(row.answer))]
    wanted = {key for _answer, children in kept for key in children}
    people = registered(registry, caller.agreement, caller.grant, timezone.localdate(now))
    still = set(people.filter(pk__among=list(wanted)).values_list("pk", flat=True))
    return row, [one if still.issuperset(children) else _nobody(one) for one, children in kept]


def _nobody(answer: Item) -> Item:
    return answer | {
        "data": answer["data"] | {"reg_records": []},
        "pagination": answer["pagination"] | {"total_count": 0},
    }


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def forget_searches(now: datetime) -> None:
    with acting(EVERYTHING):
        DepartmentSearch.objects.to_forget(now).delete()
