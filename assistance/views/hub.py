"""The page of aid: every door of it that stands open to its reader, with what waits behind."""

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
from assistance.models import (
    ComingChange,
    Entitlement,
    Gap,
    PaymentAccount,
    PaymentLine,
    PaymentRun,
    RehabilitationApplication,
    RehabilitationClaim,
)
from assistance.rules.payment_run import OPEN

P = Permission
MOST = 50


@dataclass(frozen=True)
class Waiting:
    """`count` is `MOST` + 1 for more; nothing is counted further."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Door:
    """`waiting(grant, today)` says in a few words what waits behind it; `narrowed` shows only that,
    of a list that holds everything.
    """

    title: Any  # lazy
    permission: Permission
    address: str
    waiting: Callable[[Grant, date], Waiting] | None = None
    narrowed: str = ""


def counted(rows: Any, words: str) -> Waiting:
    found = len(rows.order_by().values_list("pk")[: MOST + 1])
    number = f"{MOST}+" if found > MOST else str(found)
    return Waiting(words % {"count": number}, "due") if found else Waiting("")


def waiting_entitlements(grant: Grant, today: date) -> Waiting:
    rows = Entitlement.objects.permitted(grant).waiting().exclude(proposed_by=grant.user)
    return counted(rows, _("%(count)s to be confirmed"))


def waiting_accounts(grant: Grant, today: date) -> Waiting:
    rows = PaymentAccount.objects.permitted(grant).proposed().exclude(proposed_by=grant.user)
    return counted(rows, _("%(count)s wait for a second person"))


def open_runs(grant: Grant, today: date) -> Waiting:
    states = [state.value for state in OPEN]
    return counted(
        PaymentRun.objects.permitted(grant).filter(state__in=states), _("%(count)s under way")
    )


def failures(grant: Grant, today: date) -> Waiting:
    rows = PaymentLine.objects.permitted(grant).to_put_right()
    return counted(rows, _("%(count)s to be put right"))


def recoveries(grant: Grant, today: date) -> Waiting:
    rows = PaymentLine.objects.permitted(grant).to_come_back()
    return counted(rows, _("%(count)s not come back yet"))


def waiting_applications(grant: Grant, today: date) -> Waiting:
    rows = RehabilitationApplication.objects.permitted(grant).waiting()
    return counted(rows, _("%(count)s wait for a decision"))


def open_claims(grant: Grant, today: date) -> Waiting:
    return counted(RehabilitationClaim.objects.permitted(grant).open(), _("%(count)s under way"))


def waiting_gaps(grant: Grant, today: date) -> Waiting:
    rows = Gap.objects.permitted(grant).open().of_kind("OWED")
    return counted(rows, _("%(count)s owed and not received"))


def coming(grant: Grant, today: date) -> Waiting:
    return counted(ComingChange.objects.permitted(grant).stops(), _("%(count)s will stop"))


# A new page of assistance joins here.
DOORS: list[Door] = [
    Door(gettext_lazy("What is owed and what arrives"), P.AID_VIEW, "assistance:gap_list",
         waiting_gaps),
    Door(gettext_lazy("What will change"), P.AID_VIEW, "assistance:coming_list", coming),
    Door(gettext_lazy("Entitlements"), P.AID_VIEW, "assistance:entitlement_list",
         waiting_entitlements, "state=PROPOSED"),
    Door(gettext_lazy("Payment runs"), P.RUN_VIEW, "assistance:run_list", open_runs),
    Door(gettext_lazy("Failed payments"), P.RUN_CHECK, "assistance:failure_list", failures),
    Door(gettext_lazy("Money asked back"), P.RUN_CHECK, "assistance:recovery_list", recoveries),
    Door(gettext_lazy("Paid in full and on time"), P.RUN_VIEW, "assistance:proof"),
    Door(gettext_lazy("Bank accounts to confirm"), P.ACCOUNT_CONFIRM, "assistance:account_list",
         waiting_accounts),
    Door(gettext_lazy("Rehabilitation"), P.AID_VIEW, "assistance:rehab_work", waiting_applications),
    Door(gettext_lazy("Claims of institutions"), P.REHAB_CLAIM, "assistance:claim_list",
         open_claims),
    Door(gettext_lazy("Rehabilitation ledger"), P.REHAB_CLAIM, "assistance:rehab_ledger"),
]  # fmt: skip


@require_GET
@requires(Permission.AID_VIEW)
def hub(request: Request, grant: Grant) -> HttpResponse:
    today = timezone.localdate()
    doors = [
        {"door": door, "waiting": door.waiting(grant, today) if door.waiting else None}
        for door in DOORS
        if grant.allows(door.permission)
    ]
    return TemplateResponse(request, "assistance/hub.html", {"doors": doors})
