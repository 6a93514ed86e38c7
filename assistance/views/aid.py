"""A child's money on one page: what it is owed, where it goes, what came."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import new_key
from assistance.models import Entitlement, Gap, PaymentAccount, PaymentLine
from assistance.models.entitlement_list import months_in_no_run, of_child
from assistance.models.gap_list import gaps_of
from assistance.rules.entitlement import OPEN
from assistance.rules.months import month_of, shifted
from assistance.rules.payment_run import Outcome, outcome
from children.extensions import Panel, only_with, panels_for
from children.models import Child
from children.views.common import is_ours, permitted_child

# Sections of the page; what joins asks a constant number of queries.
MAIN: list[Panel] = []
SIDE: list[Panel] = []
SHOWN_MONTHS = 24


@require_GET
@requires(Permission.AID_VIEW)
def child_aid(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today = timezone.localdate()
    record(
        grant=grant, kind=AccessKind.PRINTED if "print" in request.GET else AccessKind.OPENED,
        request=request, child_id=child.pk, area_code=child.managing_area_id, subject="aid",
    )  # fmt: skip
    context = {
        "child": child, "is_ours": is_ours(child, grant),
        "main": panels_for(MAIN, child, grant, today),
        "side": panels_for(SIDE, child, grant, today),
    }  # fmt: skip
    return TemplateResponse(request, "assistance/child_aid.html", context)


def accounts_panel(child: Child, grant: Grant, today: date) -> dict[str, Any]:
    """The account in use, a proposal that waits, and those before."""
    rows = PaymentAccount.objects.permitted(grant).filter(child=child)
    found = list(rows.select_related("guardianship__guardian").order_by("-proposed_at", "-pk"))
    return {
        "in_use": next((row for row in found if row.is_in_use), None),
        "proposed": next((row for row in found if row.is_proposed), None),
        "former": [row for row in found if not row.is_in_use and not row.is_proposed],
        "child": child, "is_ours": is_ours(child, grant), "today": today,
    }  # fmt: skip


def _entitlements(child: Child, grant: Grant, month: date) -> list[Entitlement]:
    """Asked once for a page: what runs and what became of the months tell of the same rows."""
    if "entitlements_of_page" not in child.__dict__:
        child.__dict__["entitlements_of_page"] = of_child(child, grant, month)
    found: list[Entitlement] = child.__dict__["entitlements_of_page"]
    return found


def entitlements_panel(child: Child, grant: Grant, today: date) -> dict[str, Any]:
    rows = _entitlements(child, grant, month_of(today))
    return {"rows": rows, "child": child, "is_ours": is_ours(child, grant)}


def gaps_panel(child: Child, grant: Grant, today: date) -> dict[str, Any] | None:
    """What is owed and does not arrive, with its first step; hidden when nothing is missing."""
    found = gaps_of(child, grant)
    return {"gaps": found, "child": child, "submission": new_key()} if found else None


@only_with(Entitlement, Gap, PaymentLine)
def aid_in_short(child: Child, grant: Grant, today: date) -> dict[str, Any]:
    """On the child's page: what is missing, what runs, and what became of each month."""
    running = _running(child, grant, month_of(today))
    return {**payments_panel(child, grant, today), "gaps": gaps_of(child, grant), "rows": running}


def _running(child: Child, grant: Grant, month: date) -> list[Any]:
    return [
        row for row in _entitlements(child, grant, month)
        if row.state in OPEN and (row.to_month is None or row.to_month >= month)
    ]  # fmt: skip


def handed_over(child: Child, grant: Grant, today: date) -> list[str]:
    """What runs: the new place pays it on, or ends it."""
    return [
        _("Runs: %(programme)s, since %(month)s")
        % {"programme": row.programme.name, "month": f"{row.from_month:%Y-%m}"}
        for row in _running(child, grant, month_of(today))
    ]


def payments_panel(child: Child, grant: Grant, today: date) -> dict[str, Any]:
    """What became of each month, newest first; replaced and cancelled lines are left out."""
    rows = PaymentLine.objects.permitted(grant).filter(child=child).standing()
    month = month_of(today)
    first = shifted(month, 1 - SHOWN_MONTHS)
    rows = rows.since(first).select_related("programme")
    lines = list(rows.order_by("-month", "programme", "-pk"))
    in_no_run = months_in_no_run(_entitlements(child, grant, month), lines, month)
    return {"lines": lines, "child": child, "glance": _at_a_glance(lines, first, in_no_run)}


def _at_a_glance(
    lines: list[PaymentLine], first: date, in_no_run: set[date]
) -> list[tuple[date, str, str]]:
    """Month, tone and words of each of the months from `first` on, oldest first."""
    told = {
        Outcome.NOTHING: ("UNKNOWN", pgettext("month", "nothing")),
        Outcome.MISSING: ("overdue", pgettext("month", "missing")),
        Outcome.ON_ITS_WAY: ("due", pgettext("month", "on its way")),
        Outcome.LATE: ("due", pgettext("month", "late")),
        Outcome.IN_TIME: ("LOW", pgettext("month", "in time")),
    }
    paid: dict[date, list[tuple[str, bool]]] = defaultdict(list)
    for line in lines:
        if not line.is_recovery:
            paid[line.month].append((line.state, bool(line.days_late)))
    months = (shifted(first, n) for n in range(SHOWN_MONTHS))
    return [
        (month, *told[Outcome.MISSING if month in in_no_run else outcome(paid[month])])
        for month in months
    ]


@require_GET
@requires(Permission.AID_VIEW)
def aid_slip(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """A slip for the family: what came in the last twelve months, and what is still to come."""
    child = permitted_child(grant, case_number)
    today = timezone.localdate()
    record(
        grant=grant, kind=AccessKind.PRINTED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="aid_slip",
    )  # fmt: skip
    rows = PaymentLine.objects.permitted(grant).filter(child=child).standing()
    rows = rows.since(shifted(month_of(today), -11)).select_related("programme", "account")
    lines = list(rows.order_by("month", "programme", "pk"))
    context = {
        "child": child, "lines": lines, "today": today,
        "arrived": sum(line.amount for line in lines if line.state == "PAID"),
    }  # fmt: skip
    return TemplateResponse(request, "assistance/aid_slip.html", context)
