"""What goes out by two people, on the home page: what waits for the reader's answer, and what was
answered of what the reader asked for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.access import Grant, Permission
from exchange.actions.list_out import fetchable_since
from exchange.actions.sharing_kinds import NUMBERS
from exchange.models import ListOut, NumberQuery

MOST = 5
WAITS, READY, REFUSED = "ASKED", "READY", "REFUSED"


def out_block(grant: Grant, today: date) -> Any:
    wanted = _answered(grant, fetchable_since(today))
    if grant.allows(Permission.LIST_APPROVE):
        wanted |= Q(state=WAITS) & ~Q(asked_by=grant.user)
    lists = ListOut.objects.permitted(grant).filter(wanted, fetched_at__isnull=True)
    numbers = NumberQuery.objects.permitted(grant).filter(wanted)
    found = [
        *_lines(lists.select_related("layout", "asked_by"), "exchange:out_detail"),
        *_lines(numbers.select_related("asked_by"), "exchange:query_detail"),
    ]
    return {"lines": found[:MOST], "has_more": len(found) > MOST} if found else None


def _answered(grant: Grant, since: date) -> Q:
    """As long as a list may be fetched; what needed no second person was never waited for."""
    return Q(
        state__in=[READY, REFUSED], asked_by=grant.user, decided_by__isnull=False,
        decided_at__date__gte=since,
    )  # fmt: skip


def _lines(rows: Any, address: str) -> Iterable[dict[str, Any]]:
    for row in rows.order_by("asked_at", "pk")[: MOST + 1]:
        title = row.layout if isinstance(row, ListOut) else NUMBERS[row.kind]
        yield {
            "row": row, "title": title, "address": reverse(address, args=[row.pk]),
            "is_due": row.state != REFUSED,
        }  # fmt: skip
