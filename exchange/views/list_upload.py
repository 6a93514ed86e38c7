"""A list on its way in: sent, recognised, confirmed, checked, taken in."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import new_key, once
from children.views.common import form_context
from exchange import jobs
from exchange.actions.layout_headings import headings_of, remember
from exchange.actions.list_upload import MovedOn, move, send
from exchange.actions.rejected_rows import is_reason, rejected_rows
from exchange.forms.list_upload import ColumnsForm, GiveBackForm, LayoutForm, SendForm
from exchange.models import FeedKind, ListFault, ListImport, ListRow, ListUpload, ProposedChange
from exchange.reading.headings import spellings
from exchange.reading.problems import Unreadable
from exchange.rules.faults import Fault
from exchange.rules.list_upload import UploadState as State
from exchange.words import KEY_BEING_TURNED, of_fault, of_file, of_problem, turns_key

PAGE = 50
KINDS = dict(FeedKind.choices)


def permitted_upload(grant: Grant, upload_id: int) -> ListUpload:
    rows = ListUpload.objects.permitted(grant).select_related(
        "by", "taken_in_by", "undone_by", "progress", "sent_from", "report"
    )
    return get_object_or_404(rows.select_related("list_import", "layout"), pk=upload_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.LIST_TAKE_IN)
@once
def upload_add(request: Request, grant: Grant) -> HttpResponse:
    return send_page(request, grant, back="exchange:import_list", onward="exchange:upload_detail")


def send_page(request: Request, grant: Grant, *, back: str, onward: str) -> HttpResponse:
    """For the county's own lists and for a department's."""
    organisation = grant.posting.organisation
    form: Any = SendForm(
        request.POST or None, request.FILES or None, sent_from=organisation,
        initial={"kind": request.GET.get("kind", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = send(
                kind=form.cleaned_data["kind"], area_code=grant.home_area_code, file=file,
                name=file.name, by=grant.user, now=timezone.now(), sent_from=organisation,
            )  # fmt: skip
        except Unreadable as error:
            form.add_error("file", of_file(error))
        else:
            jobs.read_list_upload.defer(upload_id=row.pk)
            return redirect(onward, row.pk)
    context = form_context(
        request, grant, "", form=form, is_turning=turns_key(), back=reverse(back),
        sent_from=organisation,
    )  # fmt: skip
    return TemplateResponse(request, "exchange/upload_add.html", context)


@require_GET
@requires(Permission.LIST_VIEW)
def upload_detail(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    return _page(request, grant, permitted_upload(grant, upload_id))


def _page(
    request: Request, grant: Grant, row: ListUpload, form: Any = None, back_form: Any = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "upload": row, "problem": of_problem(row.problem),
        "is_own": row.taken_in_by == grant.user,
        "keys": {name: new_key() for name in ("cancel", "layout", "take", "check")},
    }  # fmt: skip
    if row.state == State.READ:
        headings = headings_of(row.kind, row.layout_id)
        context["form"] = form or ColumnsForm(upload=row, headings=headings)
        context["layout_form"] = LayoutForm(upload=row)
        context["sheets"] = sheets_of(row, context["form"])
        context["check_address"] = reverse("exchange:upload_check", args=[row.pk])
    if row.sent_from is not None:
        context["back_form"] = back_form or GiveBackForm()
    if row.counts.get("kept") and row.list_import is not None:
        kept = ListRow.objects.permitted(grant).standing().filter(list_import=row.list_import)
        context["kept"] = kept.select_related("child").order_by("row")[:PAGE]
    if row.state == State.UNDONE and row.list_import is not None:
        context |= _accepted(row.list_import, grant)
    if row.counts:
        context |= report_of(request, row, row.faults.filter(attempt=row.attempt))
    return TemplateResponse(
        request, "exchange/upload_detail.html", form_context(request, grant, "", **context)
    )


def _accepted(list_import: ListImport, grant: Grant) -> dict[str, Any]:
    """What people took over from a list that is undone now: whoever keeps the files looks again."""
    rows = ProposedChange.objects.permitted(grant).told(grant).accepted_of(list_import)
    return {
        "accepted": rows.select_related("child", "decided_by").order_by("child_id", "pk")[:PAGE],
        "accepted_count": rows.count(),
    }


def sheets_of(row: ListUpload, form: ColumnsForm) -> list[dict[str, Any]]:
    """Each sheet with its columns: letter, field, whether it was recognised or repeats one."""
    return [
        sheet | {
            "columns": (columns := [
                {"letter": letter(one["column"]), "field": field,
                 "is_known": bool(field.value()), "repeats": _repeated(one, sheet["columns"]),
                 "is_ours": is_reason(one["title"])}
                for one in sheet["columns"]
                for field in [form[f"c{number}_{one['column']}"]]
            ]),
            "left_out": [
                one for one in columns if not one["is_known"] and not one["is_ours"]
            ],
            "known": sum(1 for one in columns if one["is_known"]),
            "told": sheet.get("told", []),
            "likelier": KINDS.get(sheet.get("kind", ""), ""),
        }
        for number, sheet in enumerate(row.sheets)
    ]  # fmt: skip


def _repeated(one: dict[str, Any], columns: list[dict[str, Any]]) -> str:
    """Letter of the column that is read in place of this one, which is called the same."""
    if one["key"]:
        return ""
    names = spellings(one["title"])
    same = (other for other in columns if other["key"] and spellings(other["title"]) == names)
    return next((letter(other["column"]) for other in same), "")


def letter(column: int) -> str:
    """As spreadsheets call it: A … Z, AA."""
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def report_of(request: Request, row: ListUpload, faults: Any) -> dict[str, Any]:
    """`faults`: those of the list that the reader is told of."""
    code = request.GET.get("code", "")
    shown = faults.filter(code=code) if code else faults
    wanted = whole_number(request.GET.get("page", "")) or 1
    page = Paginator(shown.order_by("sheet", "row", "pk"), PAGE).get_page(wanted)
    kinds = [
        one | {"text": of_fault(_example(one), one["heading"])}
        for one in faults.by_kind()[:100]
    ]  # fmt: skip
    lines = [
        {"row": one.row, "sheet": one.sheet, "heading": one.heading, "text": _told(one)}
        for one in page
    ]
    return {"kinds": kinds, "page": page, "lines": lines, "code": code}


def _told(one: ListFault) -> str:
    return of_fault(Fault(one.row, one.key, one.code, one.facts), "")


def _example(one: dict[str, Any]) -> Fault:
    """The kind of mistake in words, without the values of a row."""
    return Fault(one["first"], one["key"], one["code"], {"limit": "…", "length": "…", "other": "…",
                 "years": "…", "age": "…", "after": "…"})  # fmt: skip


def _defer(row: ListUpload, job: Any) -> HttpResponse:
    job.defer(upload_id=row.pk)
    return redirect("exchange:upload_detail", row.pk)


def _moved_on(request: Request, row: ListUpload) -> HttpResponse:
    row.refresh_from_db()
    told = _("This list has moved on in the meantime. This is how it stands.")
    if row.was_withdrawn:
        told = _("The department has withdrawn this list in the meantime. Nothing of it came in.")
    messages.warning(request, told)
    return redirect("exchange:upload_detail", row.pk)


@require_POST
@requires(Permission.LIST_TAKE_IN)
@once
def upload_layout(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    """Recognised anew, by another layout; by the same one what was said of columns still holds."""
    row = permitted_upload(grant, upload_id)
    form: Any = LayoutForm(request.POST, upload=row)
    layout = form.cleaned_data["layout"] if form.is_valid() else row.layout
    said = row.columns if layout == row.layout else []
    try:
        move(
            upload_id=row.pk, to=State.SENT, by=grant.user, now=timezone.now(), layout=layout,
            columns=said,
        )  # fmt: skip
    except MovedOn:
        return _moved_on(request, row)
    return _defer(row, jobs.read_list_upload)


@require_POST
@requires(Permission.LIST_TAKE_IN)
@once
def upload_check(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    """The layout is confirmed, or put right by hand; the rows are checked."""
    row = permitted_upload(grant, upload_id)
    if turns_key():
        messages.error(request, KEY_BEING_TURNED)
        return redirect("exchange:upload_detail", row.pk)
    if row.state == State.CHECKED:  # once more, as it stands
        form, columns = None, row.columns
    else:
        headings = headings_of(row.kind, row.layout_id)
        form = ColumnsForm(request.POST, upload=row, headings=headings)
        if row.state == State.READ and not form.is_valid():
            return _page(request, grant, row, form)
        columns = form.changed_columns if form.is_valid() else []
    now = timezone.now()
    try:
        move(upload_id=row.pk, to=State.CHECKING, by=grant.user, now=now, columns=columns)
    except MovedOn:
        return _moved_on(request, row)
    if form is not None and form.cleaned_data["remember"] and grant.allows(Permission.LIST_LAYOUT):
        remember(upload=row, columns=columns, by=grant.user, now=now)
    return _defer(row, jobs.check_list_upload)


@require_POST
@requires(Permission.LIST_TAKE_IN)
@once
def upload_take_in(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    row = permitted_upload(grant, upload_id)
    if turns_key():
        messages.error(request, KEY_BEING_TURNED)
        return redirect("exchange:upload_detail", row.pk)
    try:
        move(
            upload_id=row.pk, to=State.TAKING_IN, by=grant.user, now=timezone.now(),
            taken_in_by=grant.user,
        )  # fmt: skip
    except MovedOn:
        return _moved_on(request, row)
    return _defer(row, jobs.take_in_list_upload)


@require_POST
@requires(Permission.LIST_TAKE_IN)
@once
def upload_cancel(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    """Also while rows are checked or taken in: what was begun is taken back."""
    row = permitted_upload(grant, upload_id)
    reason = ""
    if row.sent_from is not None:  # whoever sent it has to know what to put right
        form: Any = GiveBackForm(request.POST)
        if not form.is_valid():
            return _page(request, grant, row, back_form=form)
        reason = form.cleaned_data["reason"]
    now = timezone.now()
    try:
        move(upload_id=row.pk, to=State.CANCELLED, by=grant.user, now=now, back_reason=reason)
    except MovedOn:
        return _moved_on(request, row)
    return redirect("exchange:upload_detail", row.pk)


@require_GET
@requires(Permission.LIST_TAKE_IN)
def upload_rejected(request: Request, grant: Grant, upload_id: int) -> HttpResponse | FileResponse:
    """The rows that stay out, with the reason beside each."""
    row = permitted_upload(grant, upload_id)
    file = fetched_rows(request, grant, row)
    return _page(request, grant, row) if file is None else file


def fetched_rows(request: Request, grant: Grant, row: ListUpload) -> FileResponse | None:
    """None, said on the page, when the file is kept no longer."""
    try:
        file, count = rejected_rows(row=row, grant=grant, now=timezone.now())
    except Unreadable:
        messages.error(request, _("The file is kept no longer. Send the list again."))
        return None
    record(
        grant=grant, kind=AccessKind.EXPORTED, request=request, area_code=row.area_code,
        subject="rejected_rows", row_count=count,
    )  # fmt: skip
    return FileResponse(file, as_attachment=True, filename=f"rows-to-put-right-{row.pk}.xlsx")
