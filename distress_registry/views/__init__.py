"""The front hall: what to do today, and whether the house stands."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponsePermanentRedirect,
)
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET
from django.views.defaults import bad_request, server_error

from accounts.access import Grant, Permission, requires
from accounts.middleware import page_before
from children.models import Application, Child, FileStatus
from children.models.compiled import compiled
from children.models.listing import with_keys_of_each
from children.rules import application as rules
from distress_registry.home import blocks_for
from exchange.views import department_api

MOST = 100  # counted; more are «100+»
SHOWN = 30


@login_not_required
def not_found(request: HttpRequest) -> HttpResponse:
    """In place of a package's page that is not ours to offer."""
    raise Http404


@requires_csrf_token
def unread(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is refused before any view, as under a host name that is not ours."""
    if request.path.startswith("/api/"):
        return department_api.unread(request)
    return bad_request(request, exception)


@requires_csrf_token
def outdated(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose key is not that of this sign-in: mostly a page opened before signing in anew.

    Says what to do and leads back to that page; only ever to one of ours.
    """
    context = {"page": page_before(request)}
    return HttpResponseForbidden(render_to_string("403_csrf.html", context, request))


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours: a page for people, the shape of its refusals for a department's system."""
    if request.path.startswith("/api/"):
        return department_api.broken(request)
    return server_error(request)


@require_GET
@requires(Permission.WORK)
def home(request: HttpRequest, grant: Grant) -> HttpResponse:
    """Applications waiting for this posting's step, files with gaps, and what was changed last."""
    context: dict = {"blocks": blocks_for(grant, timezone.localdate())}
    if grant.allows(Permission.CHILD_VIEW):
        waiting = _waiting(grant)
        context |= {
            "waiting": waiting[:SHOWN],
            "more_waiting": len(waiting) > SHOWN,
            "recent": _recent(grant),
            "gaps": _gaps(grant),
        }
    return TemplateResponse(request, "home.html", context)


def _waiting(grant: Grant) -> list[Application]:
    """Oldest first. Found through the children's keys, so that only our area's are read."""
    marks = ("#a:", "#z:") if grant.allows(Permission.SECRET_VIEW) else ("#a:",)
    searches = [[mark + state] for state in sorted(_states(grant)) for mark in marks]
    children = {pk for found in with_keys_of_each(grant, searches, MOST) for pk in found}
    return _of_these(grant, children=sorted(children)) if children else []


def _states(grant: Grant) -> set[str]:
    return {
        state.value
        for move in rules.MOVES.values()
        if grant.allows(Permission(move.permission)) and move.name != "WITHDRAW"
        for state in move.sources
    }


@compiled()
def _of_these(grant: Grant, children: Any) -> Any:
    rows = Application.objects.visible_to(grant).filter(state__in=sorted(_states(grant)))
    rows = rows.filter(child__pk__among=children).select_related("child__residence_area__parent")
    return rows.order_by("updated_at")[: SHOWN + 1]


@compiled()
def _recent(grant: Grant) -> Any:
    rows = Child.objects.ours(grant) if grant.sees_own_area else Child.objects.shared_with(grant)
    rows = rows.select_related("residence_area__parent").for_write()
    return rows.order_by("-updated_at", "-id")[:8]


def _gaps(grant: Grant) -> list[tuple[str, list[tuple[FileStatus, int]]]]:
    """Facts missing in our open files: key of the list's filter, and how many of each status."""
    if not grant.sees_own_area:
        return []
    keys, statuses = ("id", "carer", "parents", "category"), (FileStatus.ACTIVE, FileStatus.LEAD)
    searches = [[f"#m:{key}", f"#s:{status.value}"] for key in keys for status in statuses]
    answers = iter(with_keys_of_each(grant, searches, MOST))
    found = [(key, [(status, len(next(answers))) for status in statuses]) for key in keys]
    counted = [(key, [told for told in counts if told[1]]) for key, counts in found]
    return [(key, counts) for key, counts in counted if counts]


@require_GET
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """For the load balancer: 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
@login_not_required
def icon(request: HttpRequest) -> HttpResponse:
    """Where browsers ask by themselves. An error page in its stead sets a cookie of forms anew, and
    the form of the page asked for at the same time is then refused."""
    return HttpResponsePermanentRedirect(static("icon.svg"))
