"""Payment runs: opened, put together, checked, approved; the lines of one and why each is."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind, User
from accounts.models.area import AreaLevel
from accounts.once import once
from assistance.actions import payment_run as actions
from assistance.actions.bank import put_right
from assistance.actions.payment_run import MovedOn
from assistance.forms.bank import RetryForm
from assistance.forms.payment_run import LineFilterForm, RunForm, RunMoveForm
from assistance.jobs import fill_payment_run
from assistance.models import EntitlementRate, PaymentLine, PaymentRun, RecoveryWaiver
from assistance.models.account_doubts import WORDS
from assistance.models.payment_line import state_in_words
from assistance.models.run_figures import (
    LineFilters,
    LinePage,
    doubtful_lines,
    figures_of,
    lines_page,
    not_owed,
)
from assistance.rules.months import month_of
from assistance.rules.payment_run import RunMove
from children.actions.promises import PromiseBroken
from children.models import Child
from children.views.common import form_context, is_ours, our_child, permitted_child

from .bank import CHANGED, being_read

FILL = "FILL"
MAY_MOVE = {
    FILL: Permission.RUN_BUILD,
    RunMove.CANCEL: Permission.RUN_BUILD,
    RunMove.CHECK: Permission.RUN_CHECK,
    RunMove.RETURN: Permission.RUN_CHECK,
    RunMove.APPROVE: Permission.RUN_APPROVE,
    RunMove.CLOSE: Permission.RUN_APPROVE,
}
MOST_RUNS = 60


@require_http_methods(["GET", "POST"])
@requires(Permission.RUN_VIEW)
@once
def run_list(request: Request, grant: Grant) -> HttpResponse:
    """The newest runs; a POST opens one, or leads to the one that is open."""
    start = {"month": month_of(timezone.localdate()), "area": grant.area_code}
    form = RunForm(request.POST or None, grant=grant, today=timezone.localdate(), initial=start)
    if request.method == "POST" and form.is_valid():
        if not grant.allows(Permission.RUN_BUILD):
            raise PermissionDenied(Permission.RUN_BUILD.value)
        now, data = timezone.now(), form.cleaned_data
        run = actions.open_run(month=data["month"], area=data["area"], by=grant.user, now=now)
        _fill(run=run, by=grant.user, now=now)
        return redirect("assistance:run_detail", run.pk)
    rows = PaymentRun.objects.permitted(grant).select_related("area").newest_first()
    context = form_context(request, grant, "", form=form, runs=rows[:MOST_RUNS])
    return TemplateResponse(request, "assistance/run_list.html", context)


def _fill(*, run: PaymentRun, by: User, now: datetime) -> None:
    """At once for a township; a county has many lines: in the background."""
    if len(run.area_id) < AreaLevel.TOWNSHIP:
        fill_payment_run.defer(run_id=run.pk, by_id=by.pk)
    else:
        actions.fill_run(run=run, by=by, now=now)


def _run(grant: Grant, run_id: int) -> PaymentRun:
    rows = PaymentRun.objects.permitted(grant)
    rows = rows.select_related("area", "built_by", "checked_by", "approved_by")
    return get_object_or_404(rows, pk=run_id)


@require_GET
@requires(Permission.RUN_VIEW)
def run_detail(request: Request, grant: Grant, run_id: int) -> HttpResponse:
    run = _run(grant, run_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, area_code=run.area_id, subject="run"
    )
    return _answer(request, grant, run)


def _answer(request: Request, grant: Grant, run: PaymentRun, **forms: Any) -> HttpResponse:
    form = LineFilterForm(request.GET)
    form.is_valid()
    filters = LineFilters(form.cleaned_data.get("state") or "", form.cleaned_data.get("kind") or "")
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "run": run, "form": form, "page": _page(request, grant, run, filters),
        "query": query.urlencode(), "is_filtered": filters != LineFilters(),
    }  # fmt: skip
    if request.htmx:
        return TemplateResponse(request, "assistance/run_detail.html#rows", context)
    context |= form_context(
        request, grant, "", figures=figures_of(run), moves=_moves(grant, run),
        doubts=[
            (line, [str(WORDS[doubt]) for doubt in found])
            for line, found in doubtful_lines(run, grant)
        ],
        not_owed=not_owed(run, grant), reading=being_read(grant, run) if run.is_sent else None,
        move_form=forms.get("move_form") or RunMoveForm(move=""),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/run_detail.html", context)


def _page(request: Request, grant: Grant, run: PaymentRun, filters: LineFilters) -> LinePage:
    after = whole_number(request.GET.get("after", ""))
    return lines_page(run=run, grant=grant, filters=filters, after=after)


def _moves(grant: Grant, run: PaymentRun) -> list[str]:
    """What this person may do next; who built or checked it is not offered to approve."""
    fitting = [str(move) for move in run.moves if move in MAY_MOVE]
    if run.is_draft:
        fitting.append(FILL)
    if grant.user.pk in (run.built_by_id, run.checked_by_id):
        fitting = [move for move in fitting if move != RunMove.APPROVE]
    return [move for move in fitting if grant.allows(_needed(run, move))]


def _needed(run: PaymentRun, move: str) -> Permission:
    """What was approved is taken back by who may approve."""
    is_taken_back = move == RunMove.RETURN and run.is_approved
    return Permission.RUN_APPROVE if is_taken_back else MAY_MOVE[move]


@require_POST
@requires(Permission.RUN_VIEW)
@once
def run_move(request: Request, grant: Grant, run_id: int) -> HttpResponse:
    run, move = _run(grant, run_id), request.POST.get("move", "")
    if move not in MAY_MOVE:
        return _answer(request, grant, run)
    if not grant.allows(_needed(run, move)):
        raise PermissionDenied(_needed(run, move).value)
    form = RunMoveForm(request.POST, move=move)
    if not form.is_valid():
        return _answer(request, grant, run, move_form=form)
    try:
        _act(run, move, form.cleaned_data["reason"], grant)
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except actions.MovedOn:
        messages.warning(request, _("The run has moved on in the meantime."))
    except actions.StillWaiting:
        messages.error(request, _("The bank has not answered for all payments yet."))
    except actions.NotAsChecked:
        messages.error(request, CHANGED)
    else:
        messages.success(request, _("Saved."))
    return redirect("assistance:run_detail", run.pk)


def _act(run: PaymentRun, move: str, reason: str, grant: Grant) -> None:
    common: dict[str, Any] = {"run": run, "by": grant.user, "now": timezone.now()}
    plain = {
        FILL: _fill, RunMove.CHECK: actions.check_run,
        RunMove.APPROVE: actions.approve_run, RunMove.CLOSE: actions.close_run,
    }  # fmt: skip
    with_reason = {RunMove.RETURN: actions.return_run, RunMove.CANCEL: actions.cancel_run}
    if move in with_reason:
        with_reason[RunMove(move)](reason=reason, **common)
    else:
        plain[move](**common)  # type: ignore[operator]


@require_GET
@requires(Permission.AID_VIEW)
def line_detail(request: Request, grant: Grant, case_number: str, line_id: int) -> HttpResponse:
    """Why this amount: the standard, who confirmed, checked and approved, and what came of it."""
    child = permitted_child(grant, case_number)
    line = _line(child, grant, line_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="payment",
    )  # fmt: skip
    return _line_answer(request, grant, child, line, RetryForm())


def _line(child: Child, grant: Grant, line_id: int) -> PaymentLine:
    rows = PaymentLine.objects.permitted(grant).select_related(
        "programme", "entitlement__confirmed_by", "entitlement__proposed_by", "account",
        "rate__standard", "rate__rule", "run__area", "run__built_by", "run__checked_by",
        "run__approved_by", "replaces",
    )  # fmt: skip
    return get_object_or_404(rows, pk=line_id, child=child)


def _line_answer(
    request: Request, grant: Grant, child: Child, line: PaymentLine, form: RetryForm
) -> HttpResponse:
    same_month = PaymentLine.objects.permitted(grant).filter(
        entitlement=line.entitlement_id, month=line.month
    )
    earlier = EntitlementRate.objects.permitted(grant).filter(entitlement=line.entitlement_id)
    may_retry = (
        line.is_to_be_put_right and is_ours(child, grant) and grant.allows(Permission.RUN_CHECK)
    )
    context = form_context(
        request, grant, "", child=child, line=line, story=_story(line), may_retry=may_retry,
        is_ours=is_ours(child, grant), waivers=_waivers(line, grant),
        form=form, lines=same_month.order_by("pk"),
        rates=earlier.filter(from_month__lte=line.month).newest_first()[:10],
    )  # fmt: skip
    return TemplateResponse(request, "assistance/line_detail.html", context)


def _waivers(line: PaymentLine, grant: Grant) -> list[RecoveryWaiver]:
    if not line.is_recovery:
        return []
    rows = RecoveryWaiver.objects.permitted(grant).filter(line=line)
    return list(rows.select_related("asked_by", "decided_by").order_by("-pk"))


@require_POST
@requires(Permission.RUN_CHECK)
@once
def line_retry(request: Request, grant: Grant, case_number: str, line_id: int) -> HttpResponse:
    """To the same account again, e.g. when the bank has opened it anew."""
    child = our_child(grant, case_number)
    line, form = _line(child, grant, line_id), RetryForm(request.POST)
    if not form.is_valid():
        return _line_answer(request, grant, child, line, form)
    try:
        put_right(line=line, reason=form.cleaned_data["reason"], by=grant.user, now=timezone.now())
    except MovedOn:
        messages.warning(request, _("The payment has moved on in the meantime."))
    except PromiseBroken as broken:
        form.add_error(None, broken.message)
        return _line_answer(request, grant, child, line, form)
    else:
        messages.success(request, _("Saved. It is paid again in the next run."))
    return redirect("assistance:line_detail", child.case_number, line.pk)


def _story(line: PaymentLine) -> list[tuple[Any, str, str]]:
    """When, what it became and by whom, oldest first; one query."""
    rows = line.history.select_related("history_user").order_by("history_date", "history_id")
    return [
        (
            row.history_date, state_in_words(row),
            row.history_user.full_name if row.history_user else "",
        )
        for row in rows
    ]  # fmt: skip
