"""Lists going out: asked for, approved, fetched as a file."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.models import StaleRecord
from children.views.common import form_context, typed_version
from exchange.actions.list_out import Grown, NotReady, ask_list, make_list
from exchange.actions.second_person import decide
from exchange.actions.sharing_kinds import grouped, titles_of
from exchange.forms.list_out import AskForm, DecideForm, FetchForm
from exchange.models import ListOut, OutLayout, SharingRecord
from exchange.models.out_rows import chosen

SHOWN = 30
NEWEST = 10  # of what was shared; the whole has a page of its own


@require_GET
@requires(Permission.LIST_OUT)
def out_list(request: Request, grant: Grant) -> HttpResponse:
    asked = ListOut.objects.permitted(grant).select_related("layout", "asked_by", "decided_by")
    sharing = SharingRecord.objects.permitted(grant).select_related("by")
    layouts = list(OutLayout.objects.permitted(grant))
    titles = titles_of(grouped())
    context = {
        "layouts": layouts,
        "asked": list(asked.order_by("-asked_at", "-pk")[:SHOWN]),
        "sharing": [
            {"row": row, "title": titles.get((row.direction, row.kind), row.kind_in_words)}
            for row in sharing.order_by("-at", "-pk")[:NEWEST]
        ],
    }
    return TemplateResponse(request, "exchange/out_list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.LIST_OUT)
@once
def out_ask(request: Request, grant: Grant, layout_key: str) -> HttpResponse:
    layout = get_object_or_404(OutLayout.objects.permitted(grant), key=layout_key)
    form = AskForm(request.POST or None, initial={"purpose": layout.purpose})
    if request.method == "POST" and form.is_valid():
        row = ask_list(
            layout=layout, grant=grant, purpose=form.cleaned_data["purpose"], now=timezone.now()
        )
        return redirect("exchange:out_detail", row.pk)
    context = form_context(
        request, grant, "", form=form, layout=layout, columns=list(layout.columns.all()),
        count=chosen(layout, grant, timezone.localdate()).count(),
    )  # fmt: skip
    return TemplateResponse(request, "exchange/out_ask.html", context)


def _row(grant: Grant, out_id: int) -> ListOut:
    rows = ListOut.objects.permitted(grant).select_related("layout", "asked_by", "decided_by")
    return get_object_or_404(rows, pk=out_id)


@require_GET
@requires(Permission.LIST_OUT)
def out_detail(request: Request, grant: Grant, out_id: int) -> HttpResponse:
    return _shown(request, grant, _row(grant, out_id))


def _shown(
    request: Request, grant: Grant, row: ListOut, fetching: Any = None, deciding: Any = None
) -> HttpResponse:
    columns = list(row.layout.columns.all())
    is_sensitive = any(column.is_sensitive for column in columns)
    context = form_context(
        request, grant, "", row=row, columns=columns, version=row.version,
        fetching=fetching or FetchForm(is_sensitive=is_sensitive),
        deciding=deciding or DecideForm(), is_mine=row.asked_by_id == grant.user.pk,
    )  # fmt: skip
    return TemplateResponse(request, "exchange/out_detail.html", context)


@require_POST
@requires(Permission.LIST_APPROVE)
@once
def out_decide(request: Request, grant: Grant, out_id: int) -> HttpResponse:
    row = _row(grant, out_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _shown(request, grant, row, deciding=form)
    try:
        decide(
            row=row, version=typed_version(request), is_approved=form.is_approved,
            reason=form.cleaned_data["reason"], by=grant.user, now=timezone.now(),
        )  # fmt: skip
    except StaleRecord:
        messages.warning(request, _("Somebody else decided on this list already."))
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("Kept. Who asked for the list is told when they look here."))
    return redirect("exchange:out_detail", row.pk)


@require_POST
@requires(Permission.LIST_OUT)
def out_fetch(request: Request, grant: Grant, out_id: int) -> HttpResponse | FileResponse:
    """The file; who, what, why, how many rows stand in the access log and the sharing record."""
    row, now = _row(grant, out_id), timezone.now()
    is_sensitive = any(column.is_sensitive for column in row.layout.columns.all())
    form = FetchForm(request.POST, is_sensitive=is_sensitive)
    if not form.is_valid():
        return _shown(request, grant, row, fetching=form)
    try:
        file, count = make_list(
            row=row, grant=grant, password=form.cleaned_data.get("password", ""), now=now
        )
    except Grown:
        messages.warning(
            request,
            _("The list is longer now than when it was asked for or approved. A second person"
              " has to approve it as it is now."),
        )  # fmt: skip
        return redirect("exchange:out_detail", row.pk)
    except NotReady:
        messages.error(
            request,
            _("This list cannot be fetched now: it is not approved, not yours, or too old."
              " Ask for it again."),
        )  # fmt: skip
        return redirect("exchange:out_detail", row.pk)
    record(
        grant=grant, kind=AccessKind.EXPORTED, request=request, area_code=row.area_code,
        subject="list_out", reason=row.purpose, row_count=count,
    )  # fmt: skip
    name = f"{row.layout.key}-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)
