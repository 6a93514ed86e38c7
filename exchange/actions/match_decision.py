"""A person says whether a row and a child are one; the last word counts."""

from datetime import datetime
from typing import Any

from django.db import transaction

from children.models import Child
from exchange.matching import child_key
from exchange.models import MatchDecision, MatchVerdict


@transaction.atomic
def decide_match(
    *,
    person_key: bytes,
    child: Child,
    verdict: MatchVerdict,
    reason: str = "",
    by: Any,
    now: datetime,
) -> MatchDecision:
    """Holds for whom a row means, in every list, until a fact of either changes."""
    return MatchDecision.objects.create(
        person_key=person_key, child=child, child_key=child_key(child), verdict=verdict,
        reason=reason, by=by, at=now,
    )  # fmt: skip
