"""What goes out by two people, on the home page: what waits for the reader's answer, and what was
answered of what the reader asked for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Grant, Permission
from children.models.compiled import compiled
from exchange.actions.list_out import fetchable_since
from exchange.actions.sharing_kinds import NUMBERS
from exchange.models import ListOut, NumberQuery, SharingAgreement
from exchange.models.sharing_agreement import ENDS_SOON

MOST = 5
WAITS, READY, REFUSED = "ASKED", "READY", "REFUSED"


def out_block(grant: Grant, today: date) -> Any:
    since = fetchable_since(today)
    found = [
        *_lines(_lists(grant, since=since), "exchange:out_detail"),
        *_lines(_numbers(grant, since=since), "exchange:query_detail"),
    ]
    return {"lines": found[:MOST], "has_more": len(found) > MOST} if found else None


@compiled()
def _lists(grant: Grant, since: Any) -> Any:
    rows = ListOut.objects.permitted(grant).filter(_wanted(grant, since), fetched_at__isnull=True)
    return rows.select_related("layout", "asked_by").order_by("asked_at", "pk")[: MOST + 1]


@compiled()
def _numbers(grant: Grant, since: Any) -> Any:
    rows = NumberQuery.objects.permitted(grant).filter(_wanted(grant, since))
    return rows.select_related("asked_by").order_by("asked_at", "pk")[: MOST + 1]


def _wanted(grant: Grant, since: Any) -> Q:
    wanted = _answered(grant, since)
    if grant.allows(Permission.LIST_APPROVE):
        wanted |= Q(state=WAITS) & ~Q(asked_by=grant.user)
    return wanted


@compiled()
def _agreements(grant: Grant, since: Any, today: Any) -> Any:
    mine = Q(made_by=grant.user)
    waiting = Q(approved_at=None, ended_at=None, ends_on__gte=today) & ~mine
    ended = mine & Q(ended_at__date__gte=since) & ~Q(ended_by=grant.user)
    bare = mine & Q(ended_at=None, approved_at__isnull=False, tokens=None, ends_on__gte=today)
    rows = SharingAgreement.objects.permitted(grant).filter(waiting | ended | bare)
    return rows.select_related("made_by").order_by("made_at", "pk")[: MOST + 1]


@compiled()
def _near_their_end(grant: Grant, now: Any, today: Any, last: Any) -> Any:
    return SharingAgreement.objects.permitted(grant).ending_soon(now, today, last)[:MOST]


def agreements_block(grant: Grant, today: date) -> Any:
    """Of agreements: what waits for the reader's approval; of the reader's own what somebody else
    refused or ended lately, or approved and no token was issued for; of all, what ends soon."""
    found = _agreements(grant, since=fetchable_since(today), today=today)
    lines = [
        {"row": row, "is_over": row.is_over(today), "is_in_force": row.is_in_force(today)}
        for row in found[:MOST]
    ]
    now = timezone.now()
    days = {"today": timezone.localdate(now), "last": timezone.localdate(now + ENDS_SOON)}
    ending = _ending(_near_their_end(grant, now=now, **days))
    if not lines and not ending:
        return None
    return {"lines": lines, "has_more": len(found) > MOST, "ending": ending}


def _ending(rows: Iterable[SharingAgreement]) -> list[dict[str, Any]]:
    """Which of the two days is near: of the agreement, of its token."""
    now = timezone.now()
    soon = now + ENDS_SOON
    return [
        {
            "row": row,
            "ends_soon": row.ends_on <= timezone.localdate(soon),
            "token_until": row.token_until if row.token_until and row.token_until <= soon else None,
            "token_is_over": row.token_until is not None and row.token_until <= now,
        }
        for row in rows
    ]


def _answered(grant: Grant, since: Any) -> Q:
    """As long as a list may be fetched; what needed no second person was never waited for."""
    return Q(
        state__in=[READY, REFUSED], asked_by=grant.user, decided_by__isnull=False,
        decided_at__date__gte=since,
    )  # fmt: skip


def _lines(rows: Any, address: str) -> Iterable[dict[str, Any]]:
    for row in rows:
        title = row.layout if isinstance(row, ListOut) else NUMBERS[row.kind]
        yield {
            "row": row, "title": title, "address": reverse(address, args=[row.pk]),
            "is_due": row.state != REFUSED,
        }  # fmt: skip
