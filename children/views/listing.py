"""The list of children: search, filter, sort, page, export of exactly what is shown."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.searches import keep_search, kept_search
from children.export import write_list
from children.forms.child import ReasonForm
from children.forms.listing import ListForm, narrowing
from children.models.listing import Filters
from children.models.paging import Page, list_page


def _filters(request: Request, grant: Grant, data: dict[str, Any]) -> Filters:
    """`data` is cleaned; who sees no area of his own has only the tab of shared files."""
    area, school = data.get("area"), data.get("school")
    tab = data.get("tab") or "ours"
    return Filters(
        tab=tab if grant.sees_own_area else "shared",
        text=kept_search(request, request.GET.get("search", "")),
        area=area.pk if area else "",
        category=data.get("category") or "",
        status=data.get("status") or "",
        risk=data.get("risk") or "",
        school=school.pk if school else None,
        missing=data.get("missing") or "",
        age_from=data.get("age_from"),
        age_to=data.get("age_to"),
        sort=data.get("sort") or "recent",
    )


def _page(request: Request, grant: Grant, filters: Filters) -> Page:
    now = timezone.now()
    options: dict[str, Any] = {
        "grant": grant, "filters": filters, "now": now, "today": timezone.localdate(now),
        "is_counted": not request.htmx,  # rows that follow show no count
    }  # fmt: skip
    try:
        return list_page(after=request.GET.get("after", ""), **options)
    except (ValueError, OverflowError):  # a cursor that is none of ours: begin anew
        return list_page(after="", **options)


@require_GET
@requires(Permission.CHILD_VIEW)
def child_list(request: Request, grant: Grant) -> HttpResponse:
    query = request.GET.copy()
    query.pop("after", None)
    asked_for_panel = bool(query.pop("panel", None))
    narrowed = narrowing(request.GET, grant)
    filters = _filters(request, grant, narrowed.data)
    context: dict[str, Any] = {"filters": filters, "query": query.urlencode()}
    if asked_for_panel and request.htmx:
        context["form"] = ListForm(request.GET, grant=grant)
        return TemplateResponse(request, "children/child_list.html#panel", context)
    page = _page(request, grant, filters)
    if page.searched_number:
        record(
            grant=grant, kind=AccessKind.LOOKED_UP, request=request, subject="number",
            row_count=len(page.rows), child_id=page.rows[0].pk if len(page.rows) == 1 else None,
        )  # fmt: skip
    # The panel is drawn when it is opened, or when something in it has to be put right.
    is_open = asked_for_panel or not narrowed.is_valid
    context |= {
        "form": ListForm(request.GET, grant=grant) if is_open else None,
        "page": page, "chips": narrowed.chips, "today": timezone.localdate(),
        "is_filtered": _is_filtered(filters), "panel": is_open,
    }  # fmt: skip
    template = "children/child_list.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


def _is_filtered(filters: Filters) -> bool:
    plain = Filters(tab=filters.tab, sort=filters.sort)
    return filters != plain


@require_POST
@requires(Permission.CHILD_VIEW)
def child_search(request: Request, grant: Grant) -> HttpResponse:
    """Keeps what was typed in the session and goes to the list that it narrows."""
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("search", None)
    if token := keep_search(request):
        query["search"] = token
    return redirect(f"{request.path.removesuffix('search/')}?{query.urlencode()}")


@require_POST
@requires(Permission.CHILD_EXPORT)
def child_export(request: Request, grant: Grant) -> HttpResponse | FileResponse:
    """The list as it is filtered, as a spreadsheet; the reason is logged with the row count."""
    reason = ReasonForm(request.POST)
    filters = _filters(request, grant, narrowing(request.GET, grant).data)
    if not reason.is_valid():
        return TemplateResponse(
            request, "children/child_export.html",
            {"reason_form": reason, "query": request.GET.urlencode()},
        )  # fmt: skip
    now = timezone.now()
    file, count = write_list(grant=grant, filters=filters, now=now)
    record(
        grant=grant, kind=AccessKind.EXPORTED, request=request, subject="child_list",
        row_count=count, reason=reason.cleaned_data["reason"],
    )  # fmt: skip
    name = f"children-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)
