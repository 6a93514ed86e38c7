"""The search box of home: straight to the children, unless a guardian or school is meant too."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.searches import keep_search, kept_search
from distress_registry.models import search


@require_POST
@requires(Permission.CHILD_VIEW)
def search_for(request: Request, grant: Grant) -> HttpResponse:
    """Keeps what was typed in the session: a name never stands in an address."""
    token = keep_search(request)
    if not token:
        return redirect("children:child_list")
    text = kept_search(request, token)
    more = search.schools(grant, text) or search.guardianships(grant, text)
    address = reverse("search_found" if more else "children:child_list")
    return redirect(f"{address}?search={token}")


@require_GET
@requires(Permission.CHILD_VIEW)
def search_found(request: Request, grant: Grant) -> HttpResponse:
    token = request.GET.get("search", "")
    text = kept_search(request, token)
    context = {
        "token": token if text else "", "text": text,
        "guardianships": search.guardianships(grant, text) if text else [],
        "schools": search.schools(grant, text) if text else [],
    }  # fmt: skip
    return TemplateResponse(request, "search.html", context)
