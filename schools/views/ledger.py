"""The ledgers of dropout control: the list, a line with its persuasions, and its closing."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.forms.child import ReasonForm
from children.models import Child
from children.views.common import draft_initial, form_context, permitted_child
from schools.actions.ledger import (
    NotOpen,
    confirm_closing,
    persuade,
    propose_closing,
    return_closing,
)
from schools.forms.ledger import LedgerForm, PersuasionForm, ProposalForm, ReturnForm
from schools.ledger_export import write_ledgers
from schools.models import LedgerEntry, Persuasion
from schools.models.ledger_list import LedgerFilters, LedgerPage, ledger_page


@require_GET
@requires(Permission.LEDGER_VIEW)
def ledger_list(request: Request, grant: Grant) -> HttpResponse:
    form = LedgerForm(request.GET, grant=grant)
    filters = filters_of(form)
    page = _page(request, grant, filters)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form, "page": page, "filters": filters, "query": query.urlencode(),
        "is_filtered": filters != LedgerFilters(), "today": timezone.localdate(),
    }  # fmt: skip
    template = "schools/ledger_list.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


def filters_of(form: LedgerForm) -> LedgerFilters:
    form.is_valid()
    data = form.cleaned_data
    school = data.get("school")
    return LedgerFilters(
        ledger=data.get("ledger") or "", state=data.get("state") or "",
        school=school.pk if school else None, mine=bool(data.get("mine")),
    )  # fmt: skip


def _page(request: Request, grant: Grant, filters: LedgerFilters) -> LedgerPage:
    today, after = timezone.localdate(), request.GET.get("after", "")
    try:
        return ledger_page(grant=grant, filters=filters, after=after, today=today)
    except (ValueError, OverflowError):  # a cursor that is none of ours: begin anew
        return ledger_page(grant=grant, filters=filters, after="", today=today)


@require_POST
@requires(Permission.CHILD_EXPORT)
def ledger_export(request: Request, grant: Grant) -> HttpResponse | FileResponse:
    """The list as it is filtered, as a spreadsheet; the reason is logged with the row count."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        context = {"reason_form": form, "query": request.GET.urlencode()}
        return TemplateResponse(request, "children/child_export.html", context)
    now, filters = timezone.now(), filters_of(LedgerForm(request.GET, grant=grant))
    file, count = write_ledgers(grant=grant, filters=filters, now=now)
    record(
        grant=grant, kind=AccessKind.EXPORTED, request=request, subject="ledger_list",
        row_count=count, reason=form.cleaned_data["reason"],
    )  # fmt: skip
    name = f"ledgers-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


def _line(grant: Grant, case_number: str, ledger_id: int) -> tuple[Child, LedgerEntry]:
    child = permitted_child(grant, case_number)
    rows = LedgerEntry.objects.permitted(grant).select_related(
        "school__organisation", "owner__user", "proposed_by", "closed_by", "returned_by"
    )
    entry = get_object_or_404(rows, pk=ledger_id, child=child)
    entry.child = child
    return child, entry


@require_GET
@requires(Permission.LEDGER_VIEW)
def ledger_detail(request: Request, grant: Grant, case_number: str, ledger_id: int) -> HttpResponse:
    child, entry = _line(grant, case_number, ledger_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="ledger",
    )  # fmt: skip
    return _answer(request, grant, entry)


def _answer(request: Request, grant: Grant, entry: LedgerEntry, **forms: Any) -> HttpResponse:
    rows = Persuasion.objects.permitted(grant).filter(entry=entry)
    may_close = grant.allows(Permission.LEDGER_CLOSE)
    context = form_context(
        request, grant, "", entry=entry, child=entry.child, today=timezone.localdate(),
        persuasions=rows.select_related("posting__user").order_by("-happened_on", "-pk"),
        proposal_form=forms.get("proposal_form") or ProposalForm(),
        return_form=forms.get("return_form") or ReturnForm(),
        confirms=may_close and entry.state == "PROPOSED" and entry.proposed_by != grant.user,
        proposed_it=entry.proposed_by_id == grant.user.pk,
    )  # fmt: skip
    return TemplateResponse(request, "schools/ledger_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.LEDGER_WORK)
@once
def persuasion_add(
    request: Request, grant: Grant, case_number: str, ledger_id: int
) -> HttpResponse:
    child, entry = _line(grant, case_number, ledger_id)
    if entry.is_closed:
        messages.warning(request, _moved_on())
        return redirect("schools:ledger_detail", child.case_number, entry.pk)
    today, name = timezone.localdate(), f"schools:persuasion_add:{entry.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = PersuasionForm(
        request.POST or None, entry=entry, today=today, initial={"happened_on": today} | kept
    )
    if request.method == "POST" and form.is_valid():
        try:
            persuade(
                entry=entry, facts=form.cleaned_data, posting=grant.posting, now=timezone.now(),
                today=today,
            )  # fmt: skip
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:ledger_detail", child.case_number, entry.pk)
    context = form_context(
        request, grant, name, form=form, child=child, entry=entry, kept_at=kept_at
    )
    return TemplateResponse(request, "schools/persuasion_add.html", context)


@require_POST
@requires(Permission.LEDGER_WORK)
@once
def ledger_propose(
    request: Request, grant: Grant, case_number: str, ledger_id: int
) -> HttpResponse:
    child, entry = _line(grant, case_number, ledger_id)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return _answer(request, grant, entry, proposal_form=form)
    try:
        propose_closing(
            entry=entry, proposal=form.cleaned_data["proposal"], by=grant.user, now=timezone.now()
        )
    except PromiseBroken as broken:
        form.add_error("proposal", broken.message)
        return _answer(request, grant, entry, proposal_form=form)
    except NotOpen:
        messages.warning(request, _moved_on())
    else:
        messages.success(request, _("Proposed. A second person confirms the closing."))
    return redirect("schools:ledger_detail", child.case_number, entry.pk)


@require_POST
@requires(Permission.LEDGER_CLOSE)
@once
def ledger_close(request: Request, grant: Grant, case_number: str, ledger_id: int) -> HttpResponse:
    """`decision` is confirm or return; a return has its reason."""
    child, entry = _line(grant, case_number, ledger_id)
    form = ReturnForm(request.POST)
    returned = request.POST.get("decision") != "confirm"
    if returned and not form.is_valid():
        return _answer(request, grant, entry, return_form=form)
    try:
        if returned:
            reason = form.cleaned_data["reason"]
            return_closing(entry=entry, reason=reason, by=grant.user, now=timezone.now())
        else:
            confirm_closing(entry=entry, by=grant.user, now=timezone.now())
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except NotOpen:
        messages.warning(request, _moved_on())
    else:
        messages.success(request, _("Saved."))
    return redirect("schools:ledger_detail", child.case_number, entry.pk)


def _moved_on() -> str:
    return _("The line has changed in the meantime; look at it again.")
