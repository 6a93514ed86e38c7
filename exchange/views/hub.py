"""The page of lists: every door of it that stands open to its reader, with what waits behind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from exchange.models import (
    Finding,
    ListOut,
    ListUpload,
    MatchPair,
    NumberQuery,
    ProposedChange,
    SharingAgreement,
)

MOST = 50


@dataclass(frozen=True)
class Waiting:
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Door:
    """`waiting(grant, today)` says in a few words what waits behind it."""

    title: Any  # lazy
    about: Any  # lazy
    permission: Permission
    address: str
    waiting: Callable[[Grant, date], Waiting] | None = None


def counted(rows: Any, words: str) -> Waiting:
    """`words` with `%(count)s`; nothing is counted beyond `MOST`."""
    found = len(rows.order_by().values_list("pk")[: MOST + 1])
    number = f"{MOST}+" if found > MOST else str(found)
    return Waiting(words % {"count": number}, "due") if found else Waiting("")


def waiting_uploads(grant: Grant, today: date) -> Waiting:
    return counted(ListUpload.objects.permitted(grant).waiting(), _("%(count)s wait for you"))


def pairs_wait(grant: Grant, today: date) -> Waiting:
    return counted(
        MatchPair.objects.permitted(grant).ours(grant).waiting(), _("to decide: %(count)s")
    )


def lists_wait(grant: Grant, today: date) -> Waiting:
    """Only for those who may approve."""
    if not grant.allows(Permission.LIST_APPROVE):
        return Waiting("")
    rows = ListOut.objects.permitted(grant).filter(state="ASKED")
    return counted(rows.exclude(asked_by=grant.user), _("to approve: %(count)s"))


def waiting_changes(grant: Grant, today: date) -> Waiting:
    return counted(
        ProposedChange.objects.permitted(grant).waiting(grant), _("changes to decide: %(count)s")
    )


def _overdue_findings(grant: Grant, today: date) -> Waiting:
    return counted(Finding.objects.permitted(grant).overdue_on(today), _("overdue: %(count)s"))


def agreements_wait(grant: Grant, today: date) -> Waiting:
    rows = SharingAgreement.objects.permitted(grant).filter(
        approved_at=None, ended_at=None, ends_on__gte=today
    )
    return counted(rows.exclude(made_by=grant.user), _("to approve: %(count)s"))


def queries_wait(grant: Grant, today: date) -> Waiting:
    rows = NumberQuery.objects.permitted(grant)
    late = counted(rows.filter(state="SENT", due_on__lt=today), _("overdue: %(count)s"))
    if late.text or not grant.allows(Permission.LIST_APPROVE):
        return late
    return counted(
        rows.filter(state="ASKED").exclude(asked_by=grant.user), _("to approve: %(count)s")
    )


# A new page of exchange joins here.
DOORS: list[Door] = [
    Door(
        gettext_lazy("Lists taken in"),
        gettext_lazy("sent by departments: checked, taken in, undone"),
        Permission.LIST_VIEW,
        "exchange:import_list",
        waiting_uploads,
    ),
    Door(
        gettext_lazy("Pairs to decide"),
        gettext_lazy("a row or a second file that may be a child we know"),
        Permission.PAIR_DECIDE,
        "exchange:pair_list",
        pairs_wait,
    ),
    Door(
        gettext_lazy("Changes that lists propose"),
        gettext_lazy("where a list says otherwise than a file"),
        Permission.CHANGE_DECIDE,
        "exchange:change_list",
        waiting_changes,
    ),
    Door(
        gettext_lazy("Lists going out"),
        gettext_lazy("in the layout of the receiving system"),
        Permission.LIST_OUT,
        "exchange:out_list",
        lists_wait,
    ),
    Door(
        gettext_lazy("Numbers asked about"),
        gettext_lazy("whether parents are in prison or rehabilitation: asked, answered"),
        Permission.LIST_OUT,
        "exchange:query_list",
        queries_wait,
    ),
    Door(
        gettext_lazy("Findings"),
        gettext_lazy("what the checks between lists and files have found"),
        Permission.FINDING_VIEW,
        "exchange:finding_list",
        _overdue_findings,
    ),
    Door(
        gettext_lazy("Departments that ask by machine"),
        gettext_lazy("who may ask what, and what was asked"),
        Permission.AGREEMENT_KEEP,
        "exchange:agreement_list",
        agreements_wait,
    ),
]


@require_GET
@requires(Permission.LIST_VIEW)
def hub(request: Request, grant: Grant) -> HttpResponse:
    today = timezone.localdate()
    doors = [
        {"door": door, "waiting": door.waiting(grant, today) if door.waiting else None}
        for door in DOORS
        if grant.allows(door.permission)
    ]
    return TemplateResponse(request, "exchange/hub.html", {"doors": doors})
