"""The bank: the file for it, its answer, and failures as the township's work."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.in_bulk import request_in_bulk
from accounts.models import AccessKind
from accounts.once import once
from assistance.actions.bank import SumsDiffer, put_right, read_answer, recover, send_run
from assistance.actions.payment_run import MovedOn
from assistance.bank_files import Unreadable
from assistance.forms.bank import AnswerForm, RecoveryForm, RetryForm, SendForm
from assistance.models import PaymentLine, PaymentRun
from assistance.rules.bank_layout import FIXED, DoesNotFit
from assistance.rules.bank_return import NoHeadings
from children.actions.document import MOST_BYTES, Refused
from children.views.common import form_context, is_ours, permitted_child
from children.views.document import REFUSALS

MOST_LISTED = 200
MOST_REJECTS = 500


def _run(grant: Grant, run_id: int) -> PaymentRun:
    return get_object_or_404(PaymentRun.objects.permitted(grant).select_related("area"), pk=run_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.RUN_APPROVE)
def run_send(request: Request, grant: Grant, run_id: int) -> HttpResponse | FileResponse:
    """The file as often as it is needed: it always holds what was approved."""
    run = _run(grant, run_id)
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        layout = form.layouts[form.cleaned_data["layout"]]
        try:
            file, run = send_run(run=run, layout=layout, by=grant.user, now=timezone.now())
        except MovedOn:
            form.add_error(None, _("Only an approved run is sent."))
        except SumsDiffer:
            form.add_error(None, _("The file would not hold what was approved. Nothing was sent."))
        except DoesNotFit as too_long:
            form.add_error(
                "layout",
                _("Payment %(reference)s does not fit into the column «%(field)s».")
                % {"reference": too_long.reference, "field": too_long.field},
            )
        else:
            record(
                grant=grant, kind=AccessKind.EXPORTED, request=request, area_code=run.area_id,
                subject="bank_file", row_count=run.line_count, reason=form.cleaned_data["reason"],
            )  # fmt: skip
            ending = "txt" if layout.kind == FIXED else "xlsx"
            name = f"bank-{run.area_id}-{run.month:%Y%m}-{run.number}.{ending}"
            return FileResponse(file, as_attachment=True, filename=name)
    context = form_context(request, grant, "", form=form, run=run)
    return TemplateResponse(request, "assistance/run_send.html", context)


@require_http_methods(["GET", "POST"])
@request_in_bulk
@requires(Permission.RUN_APPROVE)
@once
def run_answer(request: Request, grant: Grant, run_id: int) -> HttpResponse:
    run = _run(grant, run_id)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > MOST_BYTES:
                raise Refused("TOO_LARGE")
            answer = read_answer(run=run, content=upload.read(), by=grant.user, now=timezone.now())
        except Refused as refused:
            form.add_error("file", REFUSALS[refused.code])
        except Unreadable:
            form.add_error("file", _("This is no spreadsheet and no text that can be read."))
        except NoHeadings:
            form.add_error(
                "file", _("No line names the columns: at least reference and result are needed.")
            )
        except MovedOn:
            form.add_error(None, _("The run has not been sent yet, or is closed."))
        else:
            return redirect("assistance:answer_detail", run.pk, answer.pk)
    answers = run.returns.order_by("-pk")
    context = form_context(request, grant, "", form=form, run=run, answers=answers)
    return TemplateResponse(request, "assistance/run_answer.html", context)


@require_GET
@requires(Permission.RUN_VIEW)
def answer_detail(request: Request, grant: Grant, run_id: int, answer_id: int) -> HttpResponse:
    run = _run(grant, run_id)
    answer = get_object_or_404(run.returns.select_related("read_by"), pk=answer_id)
    context = {
        "run": run, "answer": answer, "rejects": answer.rejects.order_by("number")[:MOST_REJECTS],
    }  # fmt: skip
    return TemplateResponse(request, "assistance/answer_detail.html", context)


@require_GET
@requires(Permission.RUN_CHECK)
def failure_list(request: Request, grant: Grant) -> HttpResponse:
    """Failed payments to be put right, the nearest deadline first."""
    rows = PaymentLine.objects.permitted(grant).to_put_right()
    rows = rows.select_related("child__residence_area__parent", "programme", "account")
    context = {
        "lines": rows.order_by("act_by", "pk")[:MOST_LISTED], "today": timezone.localdate(),
    }  # fmt: skip
    return TemplateResponse(request, "assistance/failure_list.html", context)


@require_POST
@requires(Permission.RUN_CHECK)
@once
def line_retry(request: Request, grant: Grant, case_number: str, line_id: int) -> HttpResponse:
    """To the same account again, e.g. when the bank has opened it anew."""
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    line = get_object_or_404(PaymentLine.objects.permitted(grant), pk=line_id, child=child)
    form: Any = RetryForm(request.POST)
    if form.is_valid():
        try:
            put_right(
                line=line, reason=form.cleaned_data["reason"], by=grant.user, now=timezone.now()
            )
        except MovedOn:
            messages.warning(request, _("The payment has moved on in the meantime."))
        else:
            messages.success(request, _("Saved. It is paid again in the next run."))
    else:
        messages.error(request, _("Say what was done."))
    return redirect("assistance:line_detail", child.case_number, line.pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.RUN_APPROVE)
@once
def line_recover(request: Request, grant: Grant, case_number: str, line_id: int) -> HttpResponse:
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    rows = PaymentLine.objects.permitted(grant).select_related("run", "programme")
    line = get_object_or_404(rows, pk=line_id, child=child)
    form = RecoveryForm(request.POST or None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            recover(line=line, by=grant.user, now=timezone.now(), **form.cleaned_data)
        except MovedOn:
            form.add_error(None, _("There is nothing to recover, or the run is not approved yet."))
        else:
            messages.success(request, _("Saved."))
            return redirect("assistance:line_detail", child.case_number, line.pk)
    context = form_context(request, grant, "", form=form, child=child, line=line)
    return TemplateResponse(request, "assistance/line_recover.html", context)
