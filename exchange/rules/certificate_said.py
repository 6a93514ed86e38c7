"""What a list says of a child's certificate, as a proposed change keeps it: the number alone, or
JSON where days or a status stand beside it."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from children.rules.certificate import Paper, Status

_BESIDE = ("issued_on", "expires_on", "status")


def pack(facts: Mapping[str, Any], *, says_valid: bool = False) -> str:
    """`facts` of a row. Empty when it tells no number. That it is valid is what silence says too,
    and is kept where `says_valid`."""
    number = str(facts.get("certificate__number") or "")
    told = {part: str(facts.get(f"certificate__{part}") or "") for part in _BESIDE}
    if told["status"] == Status.VALID and not says_valid:
        told["status"] = ""
    more = {part: value for part, value in told.items() if value}
    if not number or not more:
        return number
    return json.dumps({"number": number} | more, sort_keys=True)


def unpack(value: str) -> Paper:
    if not value.startswith("{"):
        return Paper(value)
    told = json.loads(value)
    return Paper(
        told["number"], _day(told.get("issued_on")), _day(told.get("expires_on")),
        told.get("status") or Status.VALID, "status" in told,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
