"""Ledger lines as they are met: in the list, on a child's page, on the home page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from children.extensions import only_with
from children.models import Child
from children.models.compiled import compiled
from children.models.dated_cursor import beyond, cursor_of
from children.models.overview import Due

from .ledger import LedgerEntry, LedgerQuerySet

PAGE = 25
CHUNK = 2_000
SHOWN = 8


@dataclass(frozen=True)
class LedgerFilters:
    """Empty values filter nothing. `state` is overdue, ready, closed or empty: not closed."""

    ledger: str = ""
    state: str = ""
    school: int | None = None
    mine: bool = False


@dataclass
class LedgerPage:
    rows: list[LedgerEntry]
    following: str = ""  # cursor of the next page, empty on the last


def ledger_rows(grant: Grant, filters: LedgerFilters, today: date) -> LedgerQuerySet:
    """Unordered rows, each with its child and who answers."""
    rows = LedgerEntry.objects.permitted(grant)
    rows = rows.filter(closed_at__isnull=filters.state != "closed")
    if filters.state == "overdue":
        rows = rows.overdue(today)
    elif filters.state == "ready":
        rows = rows.filter(cleared_on__isnull=False)
    if filters.ledger:
        rows = rows.filter(ledger=filters.ledger)
    if filters.school is not None:
        rows = rows.filter(school=filters.school)
    if filters.mine:
        rows = rows.filter(owner__in=grant.posting.desks)
    return rows.select_related(
        "child__residence_area__parent", "school__organisation", "owner__user", "proposed_by"
    )


def ledger_page(
    *, grant: Grant, filters: LedgerFilters, after: str, today: date, size: int = PAGE
) -> LedgerPage:
    """Earliest deadline first. Raises ValueError for a cursor that is none of ours."""
    rows = ledger_rows(grant, filters, today)
    if after:
        rows = rows.filter(beyond("due_on", after))
    found = list(rows.order_by("due_on", "pk")[: size + 1])
    for row in found:
        row.age = row.child.age_on(today)
    page = LedgerPage(found[:size])
    if len(found) > size:
        last = found[size - 1]
        page.following = cursor_of(last.due_on, last.pk)
    return page


def whole_list(*, grant: Grant, filters: LedgerFilters, today: date) -> Iterator[LedgerEntry]:
    """Every line of the list in its order, fetched in parts; each with `age`."""
    rows = ledger_rows(grant, filters, today).order_by("due_on", "pk")
    for row in rows.iterator(chunk_size=CHUNK):
        row.age = row.child.age_on(today)
        yield row


@only_with(LedgerEntry)
def ledger_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """For the child's page: its lines not yet closed; one query."""
    if not grant.allows(Permission.LEDGER_VIEW):
        return []
    rows = LedgerEntry.objects.permitted(grant).filter(child=child).not_closed()
    return [
        Due(
            _("Ledger «%(ledger)s»: deadline %(day)s")
            % {
                "ledger": row.get_ledger_display(),
                "day": formats.date_format(row.due_on, "SHORT_DATE_FORMAT"),
            },
            "",
            row.is_overdue(today),
            reverse("schools:ledger_detail", args=[child.case_number, row.pk]),
        )
        for row in rows.order_by("due_on", "pk")
    ]


def _open(grant: Grant) -> Any:
    return LedgerEntry.objects.permitted(grant).not_closed().select_related("child")


@compiled()
def _own(grant: Grant) -> Any:
    own = _open(grant).filter(owner__in=grant.posting.desks, proposed_at__isnull=True)
    return own.order_by("due_on", "pk")[: SHOWN + 1]


@compiled()
def _proposed(grant: Grant) -> Any:
    proposed = _open(grant).filter(proposed_at__isnull=False).exclude(proposed_by=grant.user)
    return proposed.order_by("proposed_at", "pk")[:SHOWN]


def home_lines(grant: Grant, today: date) -> dict[str, Any] | None:
    """For the home page: lines this posting answers for, and closings it may confirm."""
    mine = _own(grant)
    waiting = _proposed(grant) if grant.allows(Permission.LEDGER_CLOSE) else []
    if not mine and not waiting:
        return None
    return {"mine": mine[:SHOWN], "has_more": len(mine) > SHOWN, "waiting": waiting, "today": today}
