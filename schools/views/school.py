"""The school's half of a child's file."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from children.extensions import panels_for
from children.models.compiled import compiled
from children.views.common import permitted_child
from schools.models import Pairing
from schools.panels import MAIN, SIDE

from .panels import CONTACTS, contacts


@require_GET
@requires(Permission.CONTACT_VIEW)
def child_school(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """Everything the school knows and does, panel by panel."""
    child = permitted_child(grant, case_number)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="school",
    )  # fmt: skip
    today = timezone.localdate()
    context = {
        "child": child,
        "mine": _unconfirmed.first(grant, child=child.pk, today=today),
        "main": panels_for(MAIN, child, grant, today),
        "side": panels_for(SIDE, child, grant, today),
    }
    return TemplateResponse(request, "schools/child_school.html", context)


@compiled(by_key=True)
def _unconfirmed(grant: Grant, child: Any, today: Any) -> Any:
    rows = Pairing.objects.permitted(grant).filter(child=child).on(today)
    rows = rows.filter(helper__in=grant.posting.desks, confirmed_at=None)
    return rows.order_by("pk")[:1]


@require_GET
@requires(Permission.CONTACT_VIEW)
def contact_list(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """The contacts, newest first; `?before=` goes on below one."""
    child = permitted_child(grant, case_number)
    before = whole_number(request.GET.get("before", ""))
    panel = contacts(child, grant, timezone.localdate(), before, most=CONTACTS)
    return TemplateResponse(request, "schools/contact_list.html", {"child": child, "panel": panel})
