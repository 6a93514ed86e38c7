"""Batches of numbers: asked, approved, fetched as an encrypted file, answered, closed."""

from datetime import date
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
from children.models.compiled import compiled
from children.views.common import form_context, typed_version
from exchange.actions.list_out import NotReady
from exchange.actions.number_query import (
    ask_numbers,
    close_query,
    fetch_numbers,
    people_to_ask,
)
from exchange.actions.second_person import decide
from exchange.forms.list_out import DecideForm, FetchForm
from exchange.forms.number_query import AskNumbersForm, CloseQueryForm
from exchange.models import AskedNumber, NumberQuery

SHOWN = 30


@require_GET
@requires(Permission.LIST_OUT)
def query_list(request: Request, grant: Grant) -> HttpResponse:
    rows = NumberQuery.objects.permitted(grant).select_related("asked_by")
    context = {
        "rows": list(rows.order_by("-asked_at", "-pk")[:SHOWN]), "today": timezone.localdate(),
    }  # fmt: skip
    return TemplateResponse(request, "exchange/query_list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.LIST_OUT)
@once
def query_ask(request: Request, grant: Grant) -> HttpResponse:
    form = AskNumbersForm(
        request.POST or None, initial={"purpose": _("parents of children in distress: situation")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_numbers(grant=grant, now=timezone.now(), **form.cleaned_data)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            return redirect("exchange:query_detail", row.pk)
    count = people_to_ask(grant.area_code or "~")
    context = form_context(request, grant, "", form=form, count=count)
    return TemplateResponse(request, "exchange/query_ask.html", context)


def _row(grant: Grant, query_id: int) -> NumberQuery:
    rows = NumberQuery.objects.permitted(grant).select_related(
        "asked_by", "decided_by", "closed_by"
    )
    return get_object_or_404(rows, pk=query_id)


@require_GET
@requires(Permission.LIST_OUT)
def query_detail(request: Request, grant: Grant, query_id: int) -> HttpResponse:
    return _shown(request, grant, _row(grant, query_id))


def _shown(
    request: Request,
    grant: Grant,
    row: NumberQuery,
    fetching: Any = None,
    closing: Any = None,
    deciding: Any = None,
) -> HttpResponse:
    asked = AskedNumber.objects.permitted(grant).filter(query=row)
    context = form_context(
        request, grant, "", row=row, version=row.version, missing=asked.unanswered().count(),
        is_mine=row.asked_by_id == grant.user.pk, is_overdue=row.is_overdue(timezone.localdate()),
        fetching=fetching or FetchForm(is_sensitive=True), closing=closing or CloseQueryForm(),
        deciding=deciding or DecideForm(),
    )  # fmt: skip
    return TemplateResponse(request, "exchange/query_detail.html", context)


@require_POST
@requires(Permission.LIST_APPROVE)
@once
def query_decide(request: Request, grant: Grant, query_id: int) -> HttpResponse:
    row = _row(grant, query_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _shown(request, grant, row, deciding=form)
    try:
        decide(
            row=row, version=typed_version(request), is_approved=form.is_approved,
            reason=form.cleaned_data["reason"], by=grant.user, now=timezone.now(),
        )  # fmt: skip
    except StaleRecord:
        messages.warning(request, _("Somebody else changed this batch meanwhile."))
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    return redirect("exchange:query_detail", row.pk)


@require_POST
@requires(Permission.LIST_OUT)
def query_fetch(request: Request, grant: Grant, query_id: int) -> HttpResponse | FileResponse:
    row, now = _row(grant, query_id), timezone.now()
    form = FetchForm(request.POST, is_sensitive=True)
    if not form.is_valid():
        return _shown(request, grant, row, fetching=form)
    try:
        file, count = fetch_numbers(
            row=row, grant=grant, password=form.cleaned_data["password"], now=now
        )
    except NotReady:
        messages.error(
            request,
            _("These numbers cannot be fetched now: not approved, not yours, or too old."
              " Ask for them again."),
        )  # fmt: skip
        return redirect("exchange:query_detail", row.pk)
    record(
        grant=grant, kind=AccessKind.EXPORTED, request=request, area_code=row.area_code,
        subject="numbers_out", reason=row.purpose, row_count=count,
    )  # fmt: skip
    return FileResponse(file, as_attachment=True, filename=f"{row.kind}-{row.code}.xlsx")


@require_POST
@requires(Permission.LIST_OUT)
@once
def query_close(request: Request, grant: Grant, query_id: int) -> HttpResponse:
    row = _row(grant, query_id)
    form = CloseQueryForm(request.POST)
    if not form.is_valid():
        return _shown(request, grant, row, closing=form)
    try:
        close_query(
            row=row, version=typed_version(request), reason=form.cleaned_data["reason"],
            by=grant.user, now=timezone.now(),
        )  # fmt: skip
    except StaleRecord:
        messages.warning(request, _("Somebody else changed this batch meanwhile."))
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    return redirect("exchange:query_detail", row.pk)


@compiled()
def _awaited(grant: Grant) -> Any:
    return NumberQuery.objects.permitted(grant).waiting()[: SHOWN + 1]


def queries_block(grant: Grant, today: date) -> Any:
    """Batches that wait for answers, the earliest deadline first, on the home page."""
    rows = _awaited(grant)
    if not rows:
        return None
    return {
        "rows": [(row, row.is_overdue(today)) for row in rows[:5]], "has_more": len(rows) > 5,
    }  # fmt: skip
