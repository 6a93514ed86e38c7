"""What a list says of a child's certificate, as a proposed change keeps it: the number alone, or
JSON where days or a status stand beside it."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from children.rules.certificate import Paper, Status

_BESIDE = ("issued_on", "expires_on", "status")


def pack(facts: Mapping[str, Any]) -> str:
    """`facts` of a row. Empty when it tells no number."""
    number = str(facts.get("certificate__number") or "")
    told = {part: str(facts.get(f"certificate__{part}") or "") for part in _BESIDE}
    more = {part: value for part, value in told.items() if value}
    if not number or more in ({}, {"status": str(Status.VALID)}):
        return number
    return json.dumps({"number": number} | more, sort_keys=True)


def unpack(value: str) -> Paper:
    if not value.startswith("{"):
        return Paper(value)
    told = json.loads(value)
    return Paper(
        told["number"], _day(told.get("issued_on")), _day(told.get("expires_on")),
        told.get("status") or Status.VALID,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
