"""A child's money on one page: what it is owed, where it goes, what came."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from assistance.models import PaymentAccount, PaymentLine
from assistance.models.entitlement_list import of_child
from assistance.rules.months import month_of, shifted
from children.extensions import Panel, panels_for
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
        "child": child, "is_ours": is_ours(child, grant),
    }  # fmt: skip


def entitlements_panel(child: Child, grant: Grant, today: date) -> dict[str, Any]:
    rows = of_child(child, grant, month_of(today))
    return {"rows": rows, "child": child, "is_ours": is_ours(child, grant)}


def payments_panel(child: Child, grant: Grant, today: date) -> dict[str, Any]:
    """What became of each month, newest first; replaced and cancelled lines are left out."""
    rows = PaymentLine.objects.permitted(grant).filter(child=child).standing()
    rows = rows.since(shifted(month_of(today), 1 - SHOWN_MONTHS)).select_related("programme")
    return {"lines": list(rows.order_by("-month", "programme", "-pk")), "child": child}
