"""The message of a department: signature, header, message, as SP-DCI writes them.

Source: the envelope of the SP-DCI interoperability standards, version 1.0.0 (Social Registry,
Disability Registry). Whatever was sent comes out as text of bounded length or as `Refused`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

MOST_BYTES = 1_000_000
MOST_DEEP = 16  # levels of lists and objects; the standard needs 9
LONGEST = 99  # characters of an identifier, after the standard
VERSION = "1.0.0"


class Registry(StrEnum):
    DISABILITY = "DISABILITY"
    SOCIAL = "SOCIAL"


class Action(StrEnum):
    """What a department asks for: as in the header, and as kept in the log."""

    SEARCH = "search"
    STATUS = "txn-status"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    NOTIFICATIONS = "notifications"


class Refused(Exception):
    """The whole message is answered with an HTTP status, a code of the standard and words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def bad(message: str, code: str = "err.request.bad") -> Refused:
    return Refused(400, code, message)


@dataclass(frozen=True)
class Message:
    """`whole` is all that was sent; `content` its part `message`."""

    whole: dict[str, Any]
    message_id: str
    sender_id: str
    signature: str
    transaction_id: str
    content: dict[str, Any]


def read_message(body: bytes, action: Action) -> Message:
    """Raises Refused."""
    whole = obj(read_json(body), "the message")
    header = obj(whole.get("header"), "header")
    content = obj(whole.get("message"), "message")
    if header.get("is_msg_encrypted", False) is not False:
        raise bad("Encrypted messages are not taken: the connection is encrypted.",
                  "err.encryption.invalid")  # fmt: skip
    if header.get("version", VERSION) != VERSION:
        raise bad(f"This is version {VERSION}.", "err.version.not_supported")
    if header.get("action") != action:
        raise bad(f"header.action has to be {action.value}.", "rjct.action.invalid")
    moment(header.get("message_ts"), "header.message_ts", "rjct.message_ts.invalid")
    signature = whole.get("signature") or ""
    return Message(
        whole=whole,
        message_id=text(header.get("message_id"), "header.message_id"),
        sender_id=text(header.get("sender_id"), "header.sender_id", "err.sender_id.invalid"),
        signature=text(signature, "signature", "err.signature.invalid", 2_000) if signature else "",
        transaction_id=text(content.get("transaction_id"), "message.transaction_id"),
        content=content,
    )


def read_json(body: bytes) -> Any:
    """Raises Refused for what is no JSON of moderate size and depth."""
    if len(body) > MOST_BYTES:
        raise Refused(413, "err.request.bad", f"At most {MOST_BYTES} bytes.")
    try:
        value = json.loads(body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise bad("The body is not JSON in UTF-8.") from None
    if any(depth > MOST_DEEP for depth, _value in _walk(value)):
        raise bad(f"At most {MOST_DEEP} levels of lists and objects.")
    return value


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _walk(value: Any) -> Iterator[tuple[int, Any]]:
    """Every value with its depth, without recursion."""
    waiting = [(1, value)]
    while waiting:
        depth, value = waiting.pop()
        yield depth, value
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list) and depth <= MOST_DEEP:
            waiting += [(depth + 1, each) for each in value]


def requests_of(message: Message, name: str, most: int) -> list[dict[str, Any]]:
    """The list `name` of the message: 1 to `most` objects, each with its own `reference_id`."""
    asked = message.content.get(name)
    if not isinstance(asked, list) or not asked:
        raise bad(f"message.{name} has to be a list with at least one object.")
    if len(asked) > most:
        raise bad(f"At most {most} in one message.", "rjct.total_count.limit_exceeded")
    found = [obj(each, f"message.{name}") for each in asked]
    ids = [text(each.get("reference_id"), "reference_id", "rjct.reference_id.invalid")
           for each in found]  # fmt: skip
    if len(set(ids)) != len(ids):
        raise bad("A reference_id stands twice.", "rjct.reference_id.duplicate")
    return found


# Single values ----------------------------------------------------------------------------------


def obj(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad(f"{name} has to be an object.")
    return value


def text(value: Any, name: str, code: str = "err.request.bad", most: int = LONGEST) -> str:
    """Text that a database can hold. Raises Refused."""
    found = plain(value, most)
    if not found:
        raise bad(f"{name} has to be text of 1 to {most} characters.", code)
    return found


def plain(value: Any, most: int = LONGEST) -> str:
    """The text; "" for anything else, for control characters and halves of characters."""
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:
        return ""
    return value.strip()


def moment(value: Any, name: str, code: str = "rjct.timestamp.invalid") -> datetime:
    """ISO 8601 with a time zone. Raises Refused."""
    try:
        found = datetime.fromisoformat(plain(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise bad(f"{name} has to be a time with its zone, as 2026-11-25T08:00:00+08:00.", code)
    return found
