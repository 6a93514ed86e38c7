"""Messages of a department's system, as it would send them."""

import json
import secrets

from django.test import Client

from exchange.actions.department_caller import PREFIX, digest_of
from tests.factories import DepartmentTokenFactory, SharingAgreementFactory

TIME = "2026-11-25T08:00:00+08:00"
NUMBER, NAME, BORN = "990101201603010026", "张小明", "2016-03-01"


def token_of(agreement=None, **facts):
    """(the token as told, its row)."""
    told = PREFIX + secrets.token_urlsafe(32)
    agreement = agreement or SharingAgreementFactory()
    return told, DepartmentTokenFactory(agreement=agreement, digest=digest_of(told), **facts)


def header(action, **more):
    told = {"version": "1.0.0", "message_id": "m-1", "message_ts": TIME, "action": action}
    return told | {"sender_id": "federation.example", "total_count": 1} | more


def person(reference="r-1", number=NUMBER, name=NAME, **more):
    value = {"identifier": number, "name": name} | more
    query = {"type": "UIN", "value": {key: each for key, each in value.items() if each}}
    criteria = {"query_type": "idtype-value", "query": query}
    return {"reference_id": reference, "timestamp": TIME, "search_criteria": criteria}


def search_for(*people, transaction="t-1"):
    message = {"transaction_id": transaction, "search_request": list(people or [person()])}
    return {"header": header("search"), "message": message}


def call(token, path, body, **more):
    """`body`: what becomes JSON, or bytes as they are."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"} | more.pop("headers", {})
    told = {"content_type": "application/json", "headers": headers} | more
    return Client().generic("POST", f"/api/{path}", sent, **told)


def records(answer):
    """Of each search of an answer, its records; the reason of a refused one."""
    assert answer.status_code == 200, answer.content
    return [
        each.get("status_reason_code") or each["data"]["reg_records"]
        for each in answer.json()["message"]["search_response"]
    ]
