"""The doors themselves: no session opens them, what is described is there, nothing breaks them."""

import base64
import json
import re
from time import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AccessEvent
from accounts.roles import Role
from exchange.department_urls import urlpatterns
from exchange.models import DepartmentCall
from exchange.rules.department_message import MOST_BYTES
from exchange.rules.department_openapi import PATHS, document
from exchange.rules.department_signature import (
    HEADERS,
    check_signature,
    digest,
    sign_message,
    signing_text,
)
from tests.exchange.department.calling import call, header, person, search_for, token_of
from tests.factories import SharingAgreementFactory
from tests.signing_in import sign_in
from tests.world import posted_as

SOCIAL = "social/registry/sync/search"
ADDRESSES = [
    f"/api/{entry.pattern}" for entry in urlpatterns if entry.name not in ("openapi", None)
]


# No way in but a token --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Role.COUNTY_OFFICER, Role.ADMINISTRATOR])
def test_no_session_opens_a_door(role):
    client = Client() if role is None else sign_in(Client(), posted_as(role))

    for address in ADDRESSES:
        body = json.dumps(search_for())
        answer = client.post(address, body, content_type="application/json")
        assert (answer.status_code, answer["Cache-Control"]) == (401, "no-store, private")
        assert client.get(address).status_code == 405
    assert not AccessEvent.objects.exists()


@pytest.mark.parametrize("token", [None, "of an agreement"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.django_db
def test_an_address_that_is_none_answers_in_json_to_whoever_asks(method, token):
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {token_of()[0]}"} if token else {}

    for address in ("", "search", "social/registry/sync/search/", "social/registry/none", "v2/%00"):
        answer = client.generic(method, f"/api/{address}", b"{", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/json"), address
        assert answer.json()["errors"][0]["code"] == "err.request.not_found"
        assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
def test_a_wrong_method_is_refused_in_json_with_the_right_one():
    client = Client(enforce_csrf_checks=True)
    right = dict.fromkeys(ADDRESSES, "POST") | {"/api/openapi.json": "GET, HEAD"}

    for address, allowed in right.items():
        answer = client.generic("DELETE", address, b"{}")
        assert (answer.status_code, answer["Allow"]) == (405, allowed)
        assert answer.json()["errors"][0]["message"]


@override_settings(DEBUG_PROPAGATE_EXCEPTIONS=False)
@pytest.mark.django_db
def test_a_fault_of_ours_is_told_in_json_to_machines_and_on_a_page_to_people(monkeypatch):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("exchange.views.department_api.document", lambda: 1 / 0)
    monkeypatch.setattr("distress_registry.views.static", lambda name: 1 / 0)

    machine, person = client.get("/api/openapi.json"), client.get("/favicon.ico")

    assert (machine.status_code, person.status_code) == (500, 500)
    assert list(machine.json()) == ["errors"]
    assert person["Content-Type"].startswith("text/html")


# The description --------------------------------------------------------------------------------


def _resolved(schema, whole):
    if "$ref" in schema:
        found = whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found
    return schema


TYPES = {"object", "array", "string", "integer", "number", "boolean"}


def _every_schema(schema, whole, seen):
    """The schemas below one, each reference once."""
    if "$ref" in schema:
        if schema["$ref"] in seen:
            return
        seen.add(schema["$ref"])
        schema = _resolved(schema, whole)
    yield schema
    below = [*schema.get("properties", {}).values(), *schema.get("oneOf", ())]
    for each in below + ([schema["items"]] if "items" in schema else []):
        yield from _every_schema(each, whole, seen)


@pytest.mark.django_db
def test_the_description_is_served_whole_and_describes_every_door():
    whole = document()
    assert Client().get("/api/openapi.json").json() == json.loads(json.dumps(whole))
    assert re.fullmatch(r"3\.0\.\d", whole["openapi"])
    assert {f"/api{path}" for path in whole["paths"]} == set(ADDRESSES)
    operations = [post for item in whole["paths"].values() for post in item.values()]
    assert len({each["operationId"] for each in operations}) == len(operations) == len(PATHS)
    seen, schemas = set(), []
    for each in operations:
        assert each["security"] == [{"token": []}]
        assert set(each["security"][0]) <= set(whole["components"]["securitySchemes"])
        parts = [each["requestBody"], *each["responses"].values()]
        assert all(re.fullmatch(r"[2-5]\d\d", code) for code in each["responses"])
        for part in parts:
            schema = part["content"]["application/json"]["schema"]
            schemas += _every_schema(schema, whole, seen)
    for schema in schemas:
        assert schema.get("type") in TYPES or "oneOf" in schema
        assert set(schema.get("required", ())) <= set(schema.get("properties", {}))
        assert ("items" in schema) == (schema.get("type") == "array")
    unused = set(whole["components"]["schemas"]) - {ref.split("/")[-1] for ref in seen}
    assert not unused


# Whatever is sent -------------------------------------------------------------------------------

DEEP = b'{"message":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BODIES = {
    "nothing": b"", "no JSON": b"{", "a list": b"[]", "a number": b"1e999", "NaN": b"NaN",
    "deep": DEEP, "a long number": b'{"header": ' + b"9" * 5_000 + b"}",
    "no UTF-8": b'{"header": "\xff"}', "half a character": b'{"header": "\\ud800"}',
    "a megabyte": b'"' + b"a" * (MOST_BYTES - 2) + b'"',
    "more than a megabyte": b'"' + b"a" * 3_000_000 + b'"',
    "ten thousand": json.dumps(search_for(*[
        {"reference_id": str(n)} for n in range(10_000)
    ])).encode(),
    "twice": json.dumps(search_for(person(), person())).encode(),
    "wrong action": json.dumps({"header": header("delete"), "message": {}}).encode(),
    "no zone": json.dumps(
        search_for() | {"header": header("search", message_ts="2026-11-25T08:00:00")}
    ).encode(),
    "encrypted": json.dumps(
        search_for() | {"header": header("search", is_msg_encrypted=True)}
    ).encode(),
}  # fmt: skip


@pytest.mark.django_db
def test_what_is_no_message_is_refused_in_words_and_never_breaks():
    token, _row = token_of(SharingAgreementFactory(calls_a_minute=600))

    for name, body in BODIES.items():
        for address in ADDRESSES:
            answer = call(token, address.removeprefix("/api/"), body)
            assert answer.status_code in (400, 413, 415), name
            assert answer.json()["errors"][0]["message"], name
    answer = call(token, SOCIAL, search_for(), content_type="text/plain")
    assert answer.status_code == 415


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["\0", "\ud800", "9" * 5_000, "0000-00-00", "r-1", "机器"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)  # fmt: skip
WHOLE = document()
# Values that a description alone does not tell.
FITTING = {
    "message_ts": "2026-11-25T08:00:00+08:00", "timestamp": "2026-11-25T08:00:00+08:00",
    "sender_id": "federation.example", "birth_date": "2016-03-01",
}  # fmt: skip


def sent_by(schema, name=""):
    """Values that fit the schema, here and there replaced by something odd, or left out."""
    schema = _resolved(schema, WHOLE)
    fitting = _fitting(schema, name)
    return st.integers(0, 59).flatmap(lambda n: ODD if n == 0 else fitting)


def _fitting(schema, name):
    if "oneOf" in schema:
        return st.one_of(*(sent_by(each) for each in schema["oneOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if name in FITTING:
        return st.just(FITTING[name])
    if schema["type"] == "object":
        required = set(schema.get("required", ()))
        told = {key: sent_by(each, key) for key, each in schema.get("properties", {}).items()}
        return st.fixed_dictionaries(
            {key: each for key, each in told.items() if key in required},
            optional={key: each for key, each in told.items() if key not in required},
        )
    if schema["type"] == "array":
        return st.lists(sent_by(schema["items"]), min_size=1, max_size=2)
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    return {"string": st.text("abc-张0", min_size=1, max_size=6), "integer": st.integers(),
            "boolean": st.booleans()}[schema["type"]]  # fmt: skip


def _ref_of(door):
    return {"$ref": f"#/components/schemas/{door.action.name.title()}Message"}


MESSAGES = st.sampled_from(PATHS).flatmap(
    lambda door: st.tuples(
        st.just(door.path),
        sent_by({"$ref": f"#/components/schemas/{door.action.name.title()}Message"}),
    )
)


@pytest.mark.django_db
def test_no_message_breaks_a_door():
    token, _row = token_of(SharingAgreementFactory(calls_a_minute=600, by_name_and_birth=True))
    statuses = set()

    @settings(max_examples=80, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(MESSAGES)
    def fuzz(sent):
        path, message = sent
        body = json.dumps(message).encode()
        answer = call(token, path, body)
        allowed = WHOLE["paths"][f"/{path}"]["post"]["responses"]
        assert str(answer.status_code) in allowed, (answer.status_code, answer.content)
        statuses.add(answer.status_code)

    fuzz()
    assert {200, 400} <= statuses
    assert DepartmentCall.objects.exists()


# Signatures -------------------------------------------------------------------------------------

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


def pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signed(message, key=KEY, now=None, sender="federation.example"):
    told = sign_message(
        key, message["header"], message["message"], sender=sender, key_id="1",
        now=int(now or time()),
    )  # fmt: skip
    return message | {"signature": told}


@pytest.mark.django_db
def test_a_token_with_a_key_takes_only_what_that_key_signed():
    token, _row = token_of(public_key=pem(KEY))
    message = search_for()
    tampered = signed(message) | {"message": search_for(person(name="李四"))["message"]}
    wrong = {
        "missing": message, "another key": signed(message, OTHER), "tampered": tampered,
        "old": signed(message, now=time() - 3_600), "early": signed(message, now=time() + 3_600),
        "another sender": signed(message, sender="someone.else"),
        "no signature": message | {"signature": "Signature: x"},
        "too long a life": message | {"signature": _of_a_year(message)},
        "no text": message | {"signature": 7},
    }  # fmt: skip

    for name, body in wrong.items():
        answer = call(token, SOCIAL, body)
        assert answer.status_code in (400, 401), name
        assert answer.json()["errors"][0]["code"].startswith("err.signature."), name
    assert call(token, SOCIAL, signed(message)).status_code == 200


@pytest.mark.django_db
def test_a_signed_message_is_taken_once_and_signed_anew_it_is_another():
    token, row = token_of(public_key=pem(KEY))
    other, _row = token_of(row.agreement, public_key=pem(KEY))
    now = int(time())
    message = signed(search_for(), now=now - 1)
    spaced = json.dumps(message, indent=1).encode()  # other bytes, signed alike

    answers = [call(token, SOCIAL, sent) for sent in (message, message, spaced)]

    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert answers[1].json()["errors"][0]["code"] == "err.signature.invalid"
    assert call(token, SOCIAL, signed(search_for(), now=now)).status_code == 200
    # Refused for another reason it was still taken: what is refused may be overheard, too.
    wrong = signed(search_for({"reference_id": ""}), now=now)
    assert [call(token, SOCIAL, wrong).status_code for _time in range(2)] == [400, 401]
    assert call(other, SOCIAL, message).status_code == 200  # a token is a thing by itself


def _of_a_year(message):
    now = int(time())
    content = signing_text(now, now + 31_536_000, digest(message["header"], message["message"]))
    made = base64.b64encode(KEY.sign(content)).decode()
    return (
        f'Signature: kidId="federation.example|1|ed25519", algorithm="ed25519", created="{now}",'
        f' expires="{now + 31_536_000}", headers="{HEADERS}", signature="{made}"'
    )


@pytest.mark.django_db
@override_settings(DEPARTMENT_SIGNING_KEY=OTHER, DEPARTMENT_SENDER_ID="registry.example")
def test_answers_are_signed_where_the_registry_has_a_key():
    token, _row = token_of()

    told = call(token, SOCIAL, search_for()).json()

    check_signature(
        told["signature"], told["header"], told["message"], sender="registry.example",
        key=pem(OTHER), now=time(),
    )  # fmt: skip


@override_settings(ALLOWED_HOSTS=["registry.example"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_host_name_that_is_not_ours_is_refused_in_json_and_elsewhere_on_a_page(method):
    client = Client(headers={"host": "other.example"})

    for address in (*ADDRESSES, "/api/openapi.json", "/api/none"):
        answer = client.generic(method, address, b"{}")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/json"), address
        assert answer.json()["errors"][0]["code"] == "err.request.bad"
        assert answer["Cache-Control"] == "no-store, private"
        assert "other.example" not in answer.content.decode()
    page = client.generic(method, "/accounts/login/", b"")
    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")
