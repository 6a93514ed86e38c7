"""A department's own lists: sent by its liaison, seen by them as far as their file goes.

Whom the rows mean, and how many of them a file knows, is the county's: it would tell who is in the
registry.
"""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import new_key, once
from children.models.compiled import compiled
from children.views.common import form_context
from exchange import jobs
from exchange.actions.layout_headings import headings_of
from exchange.actions.list_upload import MovedOn, move, withdraw
from exchange.forms.list_upload import ColumnsForm
from exchange.models import ListFault, ListUpload, NumberQuery
from exchange.rules.list_upload import UploadState as State
from exchange.words import KEY_BEING_TURNED, of_problem, turns_key

from .list_upload import fetched_rows, report_of, send_page, sheets_of

PAGE, SHOWN, LOOKED_AT = 25, 6, 50
TOLD = timedelta(days=60)  # on the home page
# What the county sees of a state may say whom rows mean: told in words of its own.
WORDS: dict[str, tuple[Any, str]] = {
    State.SENT: (gettext_lazy("is being read"), ""),
    State.READ: (gettext_lazy("columns to be confirmed"), "due"),
    State.CHECKING: (gettext_lazy("rows are being checked"), ""),
    State.CHECKED: (gettext_lazy("waits for the county"), ""),
    State.TAKING_IN: (gettext_lazy("is being taken in"), ""),
    State.TAKEN_IN: (gettext_lazy("taken in on %(day)s"), "ACTIVE"),
    State.UNDOING: (gettext_lazy("is being undone"), ""),
    State.UNDONE: (gettext_lazy("was taken in and undone again"), "overdue"),
    State.UNREADABLE: (gettext_lazy("cannot be used"), "overdue"),
    State.CANCELLED: (gettext_lazy("withdrawn"), "CLOSED"),
}


def _line(row: ListUpload) -> dict[str, Any]:
    """`why`: what whoever sent the list reads beside its state; `wrong`: rows to put right."""
    words, tone = WORDS[row.state]
    why = ""
    if row.state == State.CANCELLED and row.back_reason:
        words, tone, why = _("given back by the county"), "overdue", row.back_reason
    elif row.state == State.UNREADABLE:
        why = of_problem(row.problem)
    elif row.state == State.UNDONE:
        why = row.undo_reason
    came_in = row.taken_in_at if row.state == State.TAKEN_IN else None
    day = date_format(timezone.localdate(came_in), "SHORT_DATE_FORMAT") if came_in else ""
    has_report = row.state in (State.CHECKED, State.TAKING_IN, State.TAKEN_IN)
    return {
        "row": row, "words": str(words) % {"day": day}, "tone": tone, "why": why,
        "wrong": (row.wrong or 0) if has_report else 0,
    }  # fmt: skip


@require_GET
@requires(Permission.LIST_SEND)
def sent_list(request: Request, grant: Grant) -> HttpResponse:
    rows = ListUpload.objects.permitted(grant)
    before = whole_number(request.GET.get("after", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("by").order_by("-pk")[: PAGE + 1])
    context = {
        "lines": [_line(row) for row in found[:PAGE]],
        "following": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return TemplateResponse(request, "exchange/sent_list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.LIST_SEND)
@once
def sent_add(request: Request, grant: Grant) -> HttpResponse:
    return send_page(request, grant, back="exchange:sent_list", onward="exchange:sent_detail")


def _permitted(grant: Grant, upload_id: int) -> ListUpload:
    rows = ListUpload.objects.permitted(grant)
    return get_object_or_404(rows.select_related("by", "progress"), pk=upload_id)


@require_GET
@requires(Permission.LIST_SEND)
def sent_detail(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    return _page(request, grant, _permitted(grant, upload_id))


def _page(request: Request, grant: Grant, row: ListUpload, form: Any = None) -> HttpResponse:
    context: dict[str, Any] = {
        "upload": row, "line": _line(row), "key": new_key(),
        "send_again": f"{reverse('exchange:sent_add')}?kind={row.kind}",
    }  # fmt: skip
    if row.state == State.READ:
        headings = headings_of(row.kind, row.layout_id)
        context["form"] = form or ColumnsForm(upload=row, headings=headings)
        context["sheets"] = sheets_of(row, context["form"])
        context["check_address"] = reverse("exchange:sent_check", args=[row.pk])
    if row.rows is not None and row.state not in (State.READ, State.UNREADABLE):
        faults = ListFault.objects.permitted(grant).filter(upload=row, attempt=row.attempt)
        context |= report_of(request, row, faults)
        context["has_report"] = True
        context["rows"] = row.rows
        if row.has_file:
            context["rows_address"] = reverse("exchange:sent_rows", args=[row.pk])
        context["wrong"] = row.wrong or 0
    return TemplateResponse(
        request, "exchange/sent_detail.html", form_context(request, grant, "", **context)
    )


def _moved_on(request: Request, row: ListUpload) -> HttpResponse:
    row.refresh_from_db()
    told = _("This list has moved on in the meantime. This is how it stands.")
    if row.state in (State.TAKING_IN, State.TAKEN_IN):
        told = _(
            "The county has begun to take this list in: it can be withdrawn no more. If it must"
            " not stand, ask the county to undo it."
        )
    messages.warning(request, told)
    return redirect("exchange:sent_detail", row.pk)


@require_POST
@requires(Permission.LIST_SEND)
@once
def sent_check(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    """Who made the list knows best what its columns hold; the county can look again."""
    row = _permitted(grant, upload_id)
    if turns_key():
        messages.error(request, KEY_BEING_TURNED)
        return redirect("exchange:sent_detail", row.pk)
    if row.state != State.READ:  # what the county has had checked stays as it is
        return _moved_on(request, row)
    form = ColumnsForm(request.POST, upload=row, headings=headings_of(row.kind, row.layout_id))
    if not form.is_valid():
        return _page(request, grant, row, form)
    try:
        move(
            upload_id=row.pk, to=State.CHECKING, by=grant.user, now=timezone.now(),
            columns=form.changed_columns,
        )  # fmt: skip
    except MovedOn:
        return _moved_on(request, row)
    jobs.check_list_upload.defer(upload_id=row.pk)
    return redirect("exchange:sent_detail", row.pk)


@require_GET
@requires(Permission.LIST_SEND)
def sent_rows(request: Request, grant: Grant, upload_id: int) -> HttpResponse | FileResponse:
    """The rows to put right, with the reason beside each."""
    row = _permitted(grant, upload_id)
    file = fetched_rows(request, grant, row)
    return _page(request, grant, row) if file is None else file


@require_POST
@requires(Permission.LIST_SEND)
@once
def sent_withdraw(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    row = _permitted(grant, upload_id)
    try:
        withdraw(upload_id=row.pk, by=grant.user, now=timezone.now())
    except MovedOn:
        return _moved_on(request, row)
    return redirect("exchange:sent_detail", row.pk)


def numbers_block(grant: Grant, today: date) -> dict[str, Any] | None:
    """Batches of numbers that the department is to answer, the earliest deadline first."""
    rows = list(NumberQuery.objects.permitted(grant).waiting()[: SHOWN + 1])
    if not rows:
        return None
    return {
        "rows": [(row, row.is_overdue(today)) for row in rows[:SHOWN]],
        "has_more": len(rows) > SHOWN,
    }


@compiled()
def _lately(grant: Grant, since: Any) -> Any:
    rows = ListUpload.objects.permitted(grant).filter(at__gte=since)
    return rows.order_by("-at", "-pk")[:LOOKED_AT]


def sent_block(grant: Grant, today: date) -> dict[str, Any]:
    """What was sent lately and what became of it, what asks for something first; one query."""
    asking: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    followed = set()
    for row in _lately(grant, since=timezone.now() - TOLD):
        line = _line(row)
        line["asks"] = row.state == State.READ or (
            row.kind not in followed and bool(line["why"] or line["wrong"])
        )  # a list that followed is the answer to what came back
        if not row.was_withdrawn:
            followed.add(row.kind)
        (asking if line["asks"] else others).append(line)
    lines = asking + others
    return {
        "lines": lines[:SHOWN], "asking": len(asking), "has_more": len(lines) > SHOWN,
    }  # fmt: skip
