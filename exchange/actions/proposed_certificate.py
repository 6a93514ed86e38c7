"""A list tells a certificate that the file does not hold, or holds with other days or standing."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from children.actions.certificate import take_certificate
from children.models import Child
from children.rules.identifiers import parse_certificate
from exchange.models import ProposedChange
from exchange.rules.certificate_said import unpack


def write_certificate(
    *, change: ProposedChange, child: Child, by: User, now: datetime, reason: str
) -> None:
    """In the caller's transaction, the child locked. Raises PromiseBroken."""
    take_certificate(child=child, by=by, now=now, reason=reason, **certificate_told(change))


def certificate_told(change: ProposedChange) -> dict[str, Any]:
    """What a list says of it, as `take_certificate` wants to know it."""
    said = unpack(str(change.new_value))
    number = parse_certificate(said.number)
    facts = {
        "number": said.number, "kind": number.kind, "grade": number.grade,
        "issued_on": said.issued_on, "expires_on": said.expires_on, "status": said.status,
    }  # fmt: skip
    since = timezone.localdate(change.list_import.at)
    return {"facts": facts, "is_told": said.is_told, "since": since}
