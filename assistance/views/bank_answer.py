"""The bank's answer to a run: sent in, followed while it is read, and what was taken of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import new_key, once
from assistance.actions.answer_upload import NoLongerWanted, move, send
from assistance.actions.payment_run import MovedOn
from assistance.bank_files import Unreadable
from assistance.bank_words import of_trouble
from assistance.forms.bank import AnswerForm
from assistance.jobs import take_in_answer
from assistance.models import (
    AnswerUpload,
    BankReject,
    BankReturn,
    PaymentRun,
    RejectReason,
)
from assistance.rules.answer_upload import AnswerState, Trouble
from assistance.rules.bank_return import HEADINGS
from assistance.words import listed
from children.actions.promises import PromiseBroken
from children.views.common import form_context

from .bank import being_read, permitted_run

PAGE = 50
MOST_LISTED = 20
MOST_DOUBLED = 200
SMALL = 200_000  # bytes: read within a second


@require_http_methods(["GET", "POST"])
@requires(Permission.RUN_APPROVE)
@once
def run_answer(request: Request, grant: Grant, run_id: int) -> HttpResponse:
    """What is seen at once to be no answer is refused here; the rest is read in the background."""
    run = permitted_run(grant, run_id)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = send(run=run, file=file, size=file.size, by=grant.user, now=timezone.now())
        except Unreadable as error:
            form.add_error("file", of_trouble(error.trouble))
        except MovedOn:
            form.add_error(None, of_trouble(Trouble.RUN_MOVED_ON))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            take_in_answer.defer(upload_id=row.pk)
            return redirect("assistance:answer_sent", run.pk, row.pk)
    uploads = AnswerUpload.objects.permitted(grant).filter(run=run, answer=None).done()
    context = form_context(
        request, grant, "", form=form, run=run, answers=run.returns.order_by("-pk"),
        uploads=uploads.order_by("-pk")[:MOST_LISTED], reading=being_read(grant, run),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/run_answer.html", context)


def _upload(grant: Grant, run: PaymentRun, upload_id: int) -> AnswerUpload:
    rows = AnswerUpload.objects.permitted(grant).filter(run=run)
    return get_object_or_404(rows.select_related("by", "progress", "answer"), pk=upload_id)


@require_GET
@requires(Permission.RUN_VIEW)
def answer_sent(request: Request, grant: Grant, run_id: int, answer_upload_id: int) -> HttpResponse:
    """How far it has come; once it is in, the page of what was taken."""
    run = permitted_run(grant, run_id)
    upload = _upload(grant, run, answer_upload_id)
    if upload.answer is not None:
        if upload.answer.read_at < upload.at:
            messages.info(request, _("This file was read in before: nothing was changed."))
        there = resolve_url("assistance:answer_detail", run.pk, upload.answer.pk)
        return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
    context = {
        "run": run, "upload": upload, "is_small": upload.size <= SMALL, "submission": new_key(),
        "trouble": of_trouble(upload.trouble["code"], upload.trouble) if upload.is_refused else "",
        "other_run": _other_run(grant, upload),
    }  # fmt: skip
    return TemplateResponse(request, "assistance/answer_sent.html", context)


def _other_run(grant: Grant, upload: AnswerUpload) -> PaymentRun | None:
    """The one whose answer it seems to be, if the reader may see it."""
    key = upload.trouble.get("run")
    if key is None:
        return None
    return PaymentRun.objects.permitted(grant).select_related("area").filter(pk=key).first()


@require_POST
@requires(Permission.RUN_APPROVE)
@once
def answer_cancel(
    request: Request, grant: Grant, run_id: int, answer_upload_id: int
) -> HttpResponse:
    """Also while payments are booked: what was begun is taken back."""
    run = permitted_run(grant, run_id)
    upload = _upload(grant, run, answer_upload_id)
    try:
        move(upload_id=upload.pk, to=AnswerState.CANCELLED, by=grant.user, now=timezone.now())
    except NoLongerWanted:
        messages.warning(request, _("The answer has moved on in the meantime."))
    else:
        messages.success(request, _("The answer was cancelled. Nothing of it was taken."))
    return redirect("assistance:answer_sent", run.pk, upload.pk)


@require_GET
@requires(Permission.RUN_VIEW)
def answer_detail(request: Request, grant: Grant, run_id: int, answer_id: int) -> HttpResponse:
    run = permitted_run(grant, run_id)
    answer = get_object_or_404(run.returns.select_related("read_by"), pk=answer_id)
    reason = request.GET.get("reason", "")
    if reason not in RejectReason.values:
        reason = ""
    rejects = answer.rejects.filter(reason=reason) if reason else answer.rejects.all()
    wanted = whole_number(request.GET.get("page", "")) or 1
    page = Paginator(rejects.order_by("number", "pk"), PAGE).get_page(wanted)
    context = {
        "run": run, "answer": answer, "reason": reason, "page": page,
        "rejects": [(row, _heading(answer, row)) for row in page],
        "reasons": _reasons(answer), "doubled": _doubled(answer),
    }  # fmt: skip
    return TemplateResponse(request, "assistance/answer_detail.html", context)


def _heading(answer: BankReturn, row: BankReject) -> str:
    """The column as the file calls it; for answers of before, as it is mostly called."""
    return str(answer.headings.get(row.column) or HEADINGS[row.column][0])


def _reasons(answer: BankReturn) -> list[dict[str, Any]]:
    rows = answer.rejects.values("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return [row | {"text": RejectReason(row["reason"]).label} for row in rows]


def _doubled(answer: BankReturn) -> list[tuple[int, str]]:
    """References that stand more than once, each with its rows."""
    rows = answer.rejects.filter(reason=RejectReason.DOUBLED).order_by("reference", "number")
    found: dict[int, list[int]] = {}
    for reference, number in rows.values_list("reference", "number")[:MOST_DOUBLED]:
        found.setdefault(reference or 0, []).append(number)
    by_row = sorted(found.items(), key=lambda entry: entry[1])
    return [(reference, listed(map(str, numbers))) for reference, numbers in by_row]
