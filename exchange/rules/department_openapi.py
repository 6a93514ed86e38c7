"""The doors for departments, described as OpenAPI 3.0. Served, and what the tests send by."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .department_message import LONGEST, MOST_BYTES, VERSION, Action, Registry
from .department_record import FIELDS

Schema = dict[str, Any]


@dataclass(frozen=True)
class Door:
    path: str
    registry: Registry
    action: Action
    is_later: bool
    name: str
    summary: str


_KINDS = (
    ("sync/search", Action.SEARCH, False, "Ask for persons; the answer comes at once."),
    ("search", Action.SEARCH, True, "Ask for persons; fetch the answer by sync/txn/status."),
    ("sync/txn/status", Action.STATUS, False, "How far an asynchronous search is; its answer."),
    ("subscribe", Action.SUBSCRIBE, False, "Be told when the record of a person changes."),
    ("unsubscribe", Action.UNSUBSCRIBE, False, "Be told no more."),
    ("notifications", Action.NOTIFICATIONS, False, "Fetch changed records (notify of the"
     " standard, fetched instead of sent)."),
)  # fmt: skip
_OF_DISABILITY = {Action.SUBSCRIBE, Action.UNSUBSCRIBE, Action.NOTIFICATIONS}
PATHS = tuple(
    Door(f"{registry.lower()}/registry/{path}", registry, action, is_later,
         f"{registry.lower()}_{path.replace('/', '_')}", summary)
    for registry in Registry
    for path, action, is_later, summary in _KINDS
    if registry is Registry.DISABILITY or action not in _OF_DISABILITY
)  # fmt: skip


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(items: Schema, most: int) -> Schema:
    return {"type": "array", "minItems": 1, "maxItems": most, "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_ID = {"type": "string", "minLength": 1, "maxLength": LONGEST, "example": "123"}
_TIME = {"type": "string", "format": "date-time", "example": "2026-11-25T08:00:00+08:00"}
_TEXT = {"type": "string"}
_EXPRESSION = _object(
    "attribute_name operator attribute_value",
    attribute_name={"type": "string", "enum": ["identifier", "name", "birth_date"]},
    operator={"type": "string", "enum": ["eq"]}, attribute_value=_TEXT,
)  # fmt: skip
_BY_TYPE = _object(
    "type value",
    type={"type": "string", "enum": ["UIN"]},
    value=_object(
        "name", identifier={"type": "string", "maxLength": 40, "example": "990101201603010026"},
        name={"type": "string", "minLength": 1, "maxLength": 100, "example": "张小明"},
        birth_date={"type": "string", "format": "date", "example": "2016-03-01"},
    ),
)  # fmt: skip
_BY_PREDICATE = _list(
    _object("expression1", expression1=_EXPRESSION, expression2=_EXPRESSION,
            condition={"type": "string", "enum": ["and"]}),
    3,
)  # fmt: skip
_QUERY = {"oneOf": [_BY_TYPE, _BY_PREDICATE]}
_QUERY_TYPE = {"type": "string", "enum": ["idtype-value", "predicate"]}
_HEADER = _object(
    "message_id message_ts action sender_id",
    version={"type": "string", "enum": [VERSION]}, message_id=_ID, message_ts=_TIME,
    action={"type": "string"}, sender_id=_ID, receiver_id=_TEXT,
    total_count={"type": "integer"}, is_msg_encrypted={"type": "boolean", "enum": [False]},
)  # fmt: skip
_CODES = _list({"type": "string", "format": "uuid"}, 1_000)
_MESSAGES: dict[Action, Schema] = {
    Action.SEARCH: _object(
        "transaction_id search_request", transaction_id=_ID,
        search_request=_list(_object(
            "reference_id timestamp search_criteria", reference_id=_ID, timestamp=_TIME,
            search_criteria=_object(
                "query_type query", version=_TEXT, reg_type=_TEXT, query_type=_QUERY_TYPE,
                query=_QUERY,
            ),
            locale=_TEXT,
        ), 1_000),
    ),
    Action.STATUS: _object(
        "transaction_id txnstatus_request", transaction_id=_ID,
        txnstatus_request=_object(
            "reference_id txn_type attribute_type attribute_value", reference_id=_ID,
            txn_type={"type": "string", "enum": ["search"]},
            attribute_type={"type": "string", "enum": ["transaction_id", "correlation_id"]},
            attribute_value=_ID,
        ),
    ),
    Action.SUBSCRIBE: _object(
        "transaction_id subscribe_request", transaction_id=_ID,
        subscribe_request=_list(_object(
            "reference_id timestamp subscribe_criteria", reference_id=_ID, timestamp=_TIME,
            subscribe_criteria=_object(
                "reg_event_type filter_type filter", reg_event_type=_ID,
                filter_type=_QUERY_TYPE, filter=_QUERY, notify_record_type=_TEXT,
            ),
        ), 1_000),
    ),
    Action.UNSUBSCRIBE: _object(
        "transaction_id subscription_codes", transaction_id=_ID, timestamp=_TIME,
        subscription_codes=_CODES,
    ),
    Action.NOTIFICATIONS: _object("transaction_id", transaction_id=_ID, received=_CODES),
}  # fmt: skip
_RECORD = {
    "type": "object",
    "description": "Of the standard's shape (DisabledPerson, Member); only what the agreement"
    f" names of: {', '.join(FIELDS)}.",
}
_ITEM = _object(
    "reference_id timestamp status", reference_id=_ID, timestamp=_TIME,
    status={"type": "string", "enum": ["succ", "rjct"]}, status_reason_code=_TEXT,
    status_reason_message=_TEXT, locale=_TEXT,
    data=_object("reg_records", version=_TEXT, reg_type=_TEXT, reg_record_type=_TEXT,
                 reg_records={"type": "array", "items": _ref("Record")}),
    pagination={"type": "object"}, subscriptions={"type": "array", "items": {"type": "object"}},
)  # fmt: skip
_ERROR = _object(
    "errors",
    errors=_list(_object("code message", code=_TEXT, message=_TEXT), 1),
)
_ACK = _object(
    "message",
    message=_object(
        "ack_status timestamp correlation_id",
        ack_status={"type": "string", "enum": ["ACK"]}, timestamp=_TIME, correlation_id=_ID,
    ),
)  # fmt: skip
_ANSWER = _object(
    "header message", signature=_TEXT,
    header=_object(
        "message_id message_ts action status", version=_TEXT, message_id=_ID, message_ts=_TIME,
        action=_TEXT, status={"type": "string", "enum": ["pdng", "succ", "rjct"]},
        total_count={"type": "integer"}, completed_count={"type": "integer"}, sender_id=_TEXT,
        receiver_id=_TEXT, is_msg_encrypted={"type": "boolean"},
    ),
    message=_object(
        "transaction_id", transaction_id=_ID, correlation_id=_ID, timestamp=_TIME, status=_TEXT,
        search_response={"type": "array", "items": _ref("Item")},
        subscribe_response={"type": "array", "items": _ref("Item")},
        txnstatus_response={"type": "object"}, subscription_status={"type": "array", "items": {
            "type": "object"}},
        notify_event={"type": "array", "items": {"type": "object"}},
    ),
)  # fmt: skip
REFUSALS = {
    "400": "The message is not as described.",
    "401": "No living token, no agreement in force, or a signature that does not fit.",
    "403": "The agreement does not name this registry.",
    "404": "No such search, or no such address.",
    "405": "Only POST.",
    "413": f"More than {MOST_BYTES} bytes.",
    "415": "Not application/json.",
    "429": "More calls a minute, or people a day, than the agreement allows.",
}


def _json(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _sent(action: Action) -> Schema:
    header = deepcopy(_HEADER)
    header["properties"]["action"]["enum"] = [action.value]
    return _object("header message", signature=_TEXT, header=header, message=_MESSAGES[action])


def _operation(door: Door) -> Schema:
    good = ("202", _json("Taken.", _ref("Ack"))) if door.is_later else (
        "200", _json("Answer.", _ref("Answer")))  # fmt: skip
    refused = {code: _json(words, _ref("Error")) for code, words in REFUSALS.items()}
    return {
        "operationId": door.name,
        "summary": door.summary,
        "security": [{"token": []}],
        "requestBody": {"required": True, **_body(door)},
        "responses": dict([good]) | refused,
    }


def _body(door: Door) -> Schema:
    schema = _ref(f"{door.action.name.title()}Message")
    return {"content": {"application/json": {"schema": schema}}}


def document() -> dict[str, Any]:
    schemas = {f"{action.name.title()}Message": _sent(action) for action in Action}
    schemas |= {"Record": _RECORD, "Item": _ITEM, "Error": _ERROR, "Ack": _ACK, "Answer": _ANSWER}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Distress registry: departments",
            "version": VERSION,
            "description": "Disability Registry and Social Registry in the shapes of SP-DCI."
            " What a department sees is what its sharing agreement names. Nothing is sent out:"
            " answers and notifications are fetched. Every address under /api/, one that is not"
            " described too, refuses in the shape «Error».",
        },
        "servers": [{"url": "/api"}],
        "paths": {f"/{door.path}": {"post": _operation(door)} for door in PATHS},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }
