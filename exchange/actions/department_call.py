"""One call of a department, from its token to the line in the log. Nothing it sends raises."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from accounts.scope import acting
from exchange.models import DepartmentCall, DepartmentToken
from exchange.models.department_call import TOO_MANY
from exchange.rules.department_message import (
    VERSION,
    Action,
    Message,
    Refused,
    Registry,
    read_message,
    requests_of,
)
from exchange.rules.department_signature import (
    WrongSignature,
    check_signature,
    sign_message,
)

from . import department_search as searches
from . import department_subscription as subscriptions
from .department_caller import Caller, find_caller
from .department_search import stamp

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True)
class Sent:
    """A request as it came; `is_later` asks for an answer by the worker."""

    registry: Registry
    action: Action
    authorization: str
    content_type: str
    body: bytes
    address: str | None
    is_later: bool = False


@dataclass
class Answer:
    """`job`: id of a search that the worker is to answer."""

    status: int
    document: dict[str, Any]
    searches: int = 0
    rows: int = 0
    job: int | None = None
    body: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        self.body = json.dumps(self.document, ensure_ascii=False).encode()


def refusal(refused: Refused) -> Answer:
    error = {"code": refused.code, "message": refused.message}
    return Answer(refused.status, {"errors": [error]})


def answer_call(sent: Sent, now: datetime) -> Answer:
    known = find_caller(sent.authorization, now)
    if known is None:
        words = "No living token, or no agreement in force: Authorization: Bearer <token>."
        return refusal(Refused(401, "err.request.unauthorized", words))
    token, caller = known
    with acting(caller.scope):
        try:
            answer = _answer(sent, token, caller, now)
        except Refused as refused:
            answer = refusal(refused)
        searches.record_shared(caller, sent.registry, answer.rows, answer.body, now)
        _log(sent, token, caller, answer, now)
    return answer


def _answer(sent: Sent, token: DepartmentToken, caller: Caller, now: datetime) -> Answer:
    agreement = caller.agreement
    lately = DepartmentCall.objects.filter(token=token, at__gt=now - WINDOW)
    if lately.exclude(status=TOO_MANY).count() >= agreement.calls_a_minute:
        raise Refused(TOO_MANY, "err.request.too_many_requests",
                      f"At most {agreement.calls_a_minute} calls a minute.")  # fmt: skip
    if sent.registry not in agreement.registries:
        raise Refused(403, "err.request.forbidden", "The agreement does not name this registry.")
    if sent.content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "err.request.bad", "Content-Type: application/json.")
    message = read_message(sent.body, sent.action)
    if message.sender_id != agreement.sender_id:
        raise Refused(400, "err.sender_id.invalid", "sender_id is not that of the agreement.")
    _check_signature(message, token, caller, now)
    return _WORK[sent.action](sent, caller, message, now)


def _check_signature(
    message: Message, token: DepartmentToken, caller: Caller, now: datetime
) -> None:
    """A token with a key demands a signature; one without is a bearer token alone.

    Who overheard a message cannot send it again: calls of one agreement wait for each other.
    """
    if not token.public_key:
        return
    if not message.signature:
        raise Refused(401, "err.signature.missing", "This token signs its messages.")
    try:
        signed = check_signature(
            message.signature, message.whole["header"], message.content,
            sender=message.sender_id, key=token.public_key, now=now.timestamp(),
        )  # fmt: skip
    except WrongSignature as wrong:
        raise Refused(401, "err.signature.invalid", str(wrong)) from None
    if DepartmentCall.objects.filter(token=token, signed_hash=signed).exists():
        raise Refused(401, "err.signature.invalid", "It came before: sign the message anew.")
    caller.signed = signed


def _search(sent: Sent, caller: Caller, message: Message, now: datetime) -> Answer:
    asked = requests_of(message, "search_request", caller.agreement.searches_a_call)
    if sent.is_later:
        return _search_later(sent, caller, message, asked, now)
    _check_day(caller, len(asked), now)
    found = searches.search(caller, sent.registry, asked, now)
    content = {"transaction_id": message.transaction_id,
               "correlation_id": message.message_id, "search_response": found}  # fmt: skip
    document = envelope(message, "on-search", content, now, "succ", len(found))
    return Answer(200, document, searches=len(asked), rows=searches.rows_in(found))


def _search_later(
    sent: Sent, caller: Caller, message: Message, asked: list[dict[str, Any]], now: datetime
) -> Answer:
    row, job = searches.known_search(caller, sent.registry, message.transaction_id), None
    if row is None:
        _check_day(caller, len(asked), now)
        row = searches.keep_search(caller, sent.registry, message.transaction_id, asked, now)
        job = row.pk
    content = {"ack_status": "ACK", "timestamp": stamp(now), "correlation_id": str(row.uuid)}
    return Answer(202, {"message": content}, searches=len(asked) if job else 0, job=job)


def _check_day(caller: Caller, wanted: int, now: datetime) -> None:
    """People asked for since midnight, over all tokens of the agreement."""
    agreement = caller.agreement
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = DepartmentCall.objects.filter(agreement=agreement, at__gte=midnight)
    asked = today.aggregate(asked=Sum("searches"))["asked"] or 0
    if asked + wanted > agreement.searches_a_day:
        raise Refused(TOO_MANY, "err.request.too_many_requests",
                      f"At most {agreement.searches_a_day} people a day.")  # fmt: skip


def _status(sent: Sent, caller: Caller, message: Message, now: datetime) -> Answer:
    row, found = searches.fetch_search(caller, sent.registry, message, now)
    content = {
        "transaction_id": message.transaction_id,
        "correlation_id": str(row.uuid),
        "txnstatus_response": {
            "txn_type": "search",
            "txn_status": {"transaction_id": row.transaction_id, "correlation_id": str(row.uuid),
                           "search_response": found},
        },
    }  # fmt: skip
    status = {"WAITING": "pdng", "ANSWERED": "succ", "REFUSED": "rjct"}[row.state]
    document = envelope(message, "txn-on-status", content, now, status, len(found))
    return Answer(200, document, rows=searches.rows_in(found))


def _subscribe(sent: Sent, caller: Caller, message: Message, now: datetime) -> Answer:
    asked = requests_of(message, "subscribe_request", caller.agreement.searches_a_call)
    _check_day(caller, len(asked), now)
    made = subscriptions.subscribe(caller, asked, now)
    content = {"transaction_id": message.transaction_id,
               "correlation_id": message.message_id, "subscribe_response": made}  # fmt: skip
    document = envelope(message, "on-subscribe", content, now, "succ", len(made))
    return Answer(200, document, searches=len(asked))


def _unsubscribe(sent: Sent, caller: Caller, message: Message, now: datetime) -> Answer:
    ended = subscriptions.unsubscribe(caller, message.content.get("subscription_codes"), now)
    content = {
        "transaction_id": message.transaction_id, "correlation_id": message.message_id,
        "timestamp": stamp(now), "status": "succ",
        "subscription_status": [{"code": code, "status": "unsubscribe"} for code in ended],
    }  # fmt: skip
    return Answer(200, envelope(message, "on-unsubscribe", content, now, "succ", len(ended)))


def _notifications(sent: Sent, caller: Caller, message: Message, now: datetime) -> Answer:
    events = subscriptions.fetch_notices(caller, message.content.get("received"), now)
    content = {"transaction_id": message.transaction_id, "notify_event": events}
    document = envelope(message, "notify", content, now, "succ", len(events))
    return Answer(200, document, rows=subscriptions.records_in(events))


_WORK: dict[Action, Callable[[Sent, Caller, Message, datetime], Answer]] = {
    Action.SEARCH: _search,
    Action.STATUS: _status,
    Action.SUBSCRIBE: _subscribe,
    Action.UNSUBSCRIBE: _unsubscribe,
    Action.NOTIFICATIONS: _notifications,
}


def envelope(
    message: Message, action: str, content: dict[str, Any], now: datetime, status: str, count: int
) -> dict[str, Any]:
    """Header and message of an answer; signed where the registry has a key of its own."""
    sender = settings.DEPARTMENT_SENDER_ID
    header = {
        "version": VERSION, "message_id": message.message_id, "message_ts": stamp(now),
        "action": action, "status": status, "total_count": count, "completed_count": count,
        "sender_id": sender, "receiver_id": message.sender_id, "is_msg_encrypted": False,
    }  # fmt: skip
    whole: dict[str, Any] = {"header": header, "message": content}
    if settings.DEPARTMENT_SIGNING_KEY is not None:
        whole = {"signature": sign_message(
            settings.DEPARTMENT_SIGNING_KEY, header, content, sender=sender, key_id="1",
            now=int(now.timestamp()),
        )} | whole  # fmt: skip
    return whole


def _log(sent: Sent, token: DepartmentToken, caller: Caller, answer: Answer, now: datetime) -> None:
    DepartmentCall.objects.create(
        agreement=caller.agreement, token=token, area_code=caller.agreement.area_code,
        registry=sent.registry, action=sent.action, searches=answer.searches, rows=answer.rows,
        status=answer.status, request_hash=hashlib.sha256(sent.body).digest(),
        answer_hash=hashlib.sha256(answer.body).digest(), signed_hash=caller.signed,
        address=sent.address, at=now,
    )  # fmt: skip
