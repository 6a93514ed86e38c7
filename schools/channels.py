"""How a message leaves the house. A channel answers with a Receipt and raises nothing for what the
other side does; it logs neither number nor text.

What matters of a failure is whether the message may have gone out: only when it certainly has not
may it be tried again by itself (RETRY). When nobody knows (UNKNOWN) a person decides, because two
messages are worse than a call.
"""

import http.client
import json
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone


class Outcome(StrEnum):
    ACCEPTED = "ACCEPTED"
    RETRY = "RETRY"  # certainly not sent; later perhaps
    REFUSED = "REFUSED"  # certainly not sent, and will not be
    UNKNOWN = "UNKNOWN"  # perhaps sent


@dataclass(frozen=True)
class Receipt:
    outcome: Outcome
    code: str = ""  # of a failure: TIMEOUT, UNREACHABLE, NOT_UNDERSTOOD, HTTP_503 …


@dataclass(frozen=True)
class Message:
    """`to` is a phone number or a mail address; `values` fill the gateway's fields."""

    to: str
    text: str
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class Channel:
    """Base of all channels."""

    def send(self, message: Message) -> Receipt:
        raise NotImplementedError


class NoChannel(Channel):
    """Nothing is set up: every notice begins with a phone call."""

    def send(self, message: Message) -> Receipt:
        return Receipt(Outcome.REFUSED, "NO_CHANNEL")


class ConsoleChannel(Channel):
    """For developing: on the terminal of the worker."""

    def send(self, message: Message) -> Receipt:
        print(f"--- {message.to} {message.subject}\n{message.text}\n---", flush=True)
        return Receipt(Outcome.ACCEPTED)


class FileChannel(Channel):
    """For developing: a line of JSON per message at the end of a file."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def send(self, message: Message) -> Receipt:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = {"at": timezone.now().isoformat(), "to": message.to, "text": message.text}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return Receipt(Outcome.ACCEPTED)


class EmailChannel(Channel):
    """Through Django's own mail settings."""

    def send(self, message: Message) -> Receipt:
        try:
            sent = EmailMessage(message.subject, message.text, to=[message.to]).send()
        except OSError:  # smtplib's errors are of this kind; some come after the text was taken
            return Receipt(Outcome.UNKNOWN, "UNREACHABLE")
        return Receipt(Outcome.ACCEPTED) if sent else Receipt(Outcome.REFUSED, "REFUSED")


@dataclass(frozen=True)
class Gateway:
    """How an SMS gateway wants to be asked; values of `fields` and `headers` hold {phone},
    {text}, {link}, {token}, {school} or {writer}."""

    url: str
    method: str = "POST"
    format: str = "json"  # json, form or query
    fields: Mapping[str, Any] = field(
        default_factory=lambda: {"phone": "{phone}", "text": "{text}"}
    )
    headers: Mapping[str, str] = field(default_factory=dict)
    success: str = ""  # a pattern in the answer's body; empty: any 2xx
    timeout: float = 10.0  # seconds, for connecting and for the whole answer each


class SmsChannel(Channel):
    """One HTTP request per message."""

    MOST_BYTES = 65_536

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def send(self, message: Message) -> Receipt:
        method, target, body, headers = self._request(message)
        connection = self._connection()
        try:
            connection.connect()
        except OSError:  # refused, no such host, TLS, or too slow: nothing was said yet
            connection.close()
            return Receipt(Outcome.RETRY, "UNREACHABLE")
        deadline = time.monotonic() + self.gateway.timeout
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            return self._receipt(answer.status, self._read(answer, deadline))
        except TimeoutError:
            return Receipt(Outcome.UNKNOWN, "TIMEOUT")
        except (OSError, http.client.HTTPException, ValueError):
            return Receipt(Outcome.UNKNOWN, "NOT_UNDERSTOOD")
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.gateway.url)
        host, timeout = parts.hostname or "", self.gateway.timeout
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=context)
        return http.client.HTTPConnection(host, parts.port, timeout=timeout)

    def _request(self, message: Message) -> tuple[str, str, bytes | None, dict[str, str]]:
        values = {**message.values, "phone": message.to, "text": message.text}
        fields = _fill(self.gateway.fields, values)
        headers = {name: _fill(text, values) for name, text in self.gateway.headers.items()}
        parts = urlsplit(self.gateway.url)
        target, query = parts.path or "/", parts.query
        body = None
        if self.gateway.format == "query":
            query = "&".join(filter(None, [query, urlencode(fields)]))
        elif self.gateway.format == "form":
            body = urlencode(fields).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        else:
            body = json.dumps(fields, ensure_ascii=False).encode()
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
        return self.gateway.method, f"{target}?{query}" if query else target, body, headers

    def _read(self, answer: http.client.HTTPResponse, deadline: float) -> str:
        """The body as far as it matters. Raises TimeoutError when it drips past the deadline."""
        parts: list[bytes] = []
        while sum(map(len, parts)) < self.MOST_BYTES:
            if time.monotonic() > deadline:
                raise TimeoutError
            part = answer.read1(4096)
            if not part:
                break
            parts.append(part)
        return b"".join(parts).decode("utf-8", "replace")

    def _receipt(self, status: int, body: str) -> Receipt:
        if status in (429, 503):  # too many, or closed: by their meaning nothing was taken
            return Receipt(Outcome.RETRY, f"HTTP_{status}")
        if 300 <= status < 500:
            return Receipt(Outcome.REFUSED, f"HTTP_{status}")
        if not 200 <= status < 300:
            return Receipt(Outcome.UNKNOWN, f"HTTP_{status}")
        if self.gateway.success and not re.search(self.gateway.success, body):
            return Receipt(Outcome.UNKNOWN, "NOT_UNDERSTOOD")
        return Receipt(Outcome.ACCEPTED)


_NAMES = re.compile(r"\{(phone|text|link|token|school|writer)\}")


def _fill(pattern: Any, values: Mapping[str, str]) -> Any:
    """The pattern – text, or lists and objects of it – with each name replaced once."""
    if isinstance(pattern, str):
        return _NAMES.sub(lambda found: values.get(found[1], ""), pattern)
    if isinstance(pattern, Mapping):
        return {name: _fill(value, values) for name, value in pattern.items()}
    if isinstance(pattern, list):
        return [_fill(value, values) for value in pattern]
    return pattern


def notice_channel() -> Channel:
    """The channel of the setting NOTICE_CHANNEL."""
    name = settings.NOTICE_CHANNEL
    if name == "console":
        return ConsoleChannel()
    if name == "file":
        return FileChannel(settings.NOTICE_FILE)
    if name == "sms":
        return SmsChannel(Gateway(**settings.SMS_GATEWAY))
    return NoChannel()
