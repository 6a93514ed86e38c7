"""A rehabilitation plan: its ledger, its sessions entered and withdrawn, its early end."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from assistance.actions import rehabilitation as actions
from assistance.forms.fields import MonthFormField
from assistance.forms.rehabilitation import (
    PlanDecisionForm,
    PlanEndForm,
    SessionsForm,
    SessionWithdrawForm,
)
from assistance.models import ClaimLine, RehabilitationPlan, RehabilitationSession
from assistance.models.rehabilitation_ledger import with_ledgers
from assistance.rules.months import month_of, shifted
from assistance.rules.rehabilitation import PlanMove, counted_on
from children.actions.promises import PromiseBroken
from children.extensions import followed
from children.models import Child, StaleRecord
from children.rules.ages import completed_years
from children.views.common import (
    form_context,
    is_ours,
    our_child,
    permitted_child,
    typed_version,
)

from .rehabilitation import carer_of

MOST_SESSIONS = 400
DECIDE_IDS = "id_decide_%s"


def _plan(child: Child, grant: Grant, rehab_plan_id: int) -> RehabilitationPlan:
    rows = RehabilitationPlan.objects.permitted(grant).select_related(
        "institution", "approved_by", "proposed_by"
    )
    row = get_object_or_404(rows, pk=rehab_plan_id, child=child)
    row.child = child
    return row


@require_GET
@requires(Permission.AID_VIEW)
def rehab_plan(
    request: Request, grant: Grant, case_number: str, rehab_plan_id: int
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    plan = _plan(child, grant, rehab_plan_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="rehabilitation_plan",
    )  # fmt: skip
    return _answer(request, grant, plan)


def _answer(request: Request, grant: Grant, plan: RehabilitationPlan, **forms: Any) -> HttpResponse:
    today, ours = timezone.localdate(), is_ours(plan.child, grant)
    with_ledgers([plan], today)
    sessions = RehabilitationSession.objects.permitted(grant).filter(plan=plan)
    lines = ClaimLine.objects.permitted(grant).filter(plan=plan).exclude(claim__state="CANCELLED")
    context = form_context(
        request, grant, "", plan=plan, child=plan.child, is_ours=ours, today=today,
        form=forms.get("form") or PlanEndForm(plan=plan), moves=_moves(grant, plan),
        decision_form=forms.get("decision_form") or PlanDecisionForm(move="", auto_id=DECIDE_IDS),
        mine=plan.proposed_by_id == grant.user.pk,
        sessions=sessions.order_by("-held_on", "-pk")[:MOST_SESSIONS],
        lines=lines.select_related("claim").order_by("-claim__month", "-pk"),
        enters=ours and plan.is_approved and plan.starts_on <= today
        and grant.allows(Permission.REHAB_ENTER),
        ends=ours and plan.is_approved and today < plan.ends_on
        and grant.allows(Permission.AID_CONFIRM),
        version=plan.version,
    )  # fmt: skip
    return TemplateResponse(request, "assistance/rehab_plan.html", context)


def _moves(grant: Grant, plan: RehabilitationPlan) -> list[str]:
    """Who proposed it takes it back; another of the county approves or refuses it."""
    if not plan.is_proposed or not is_ours(plan.child, grant):
        return []
    if plan.proposed_by_id == grant.user.pk:
        return [PlanMove.REFUSE.value]
    return [move.value for move in PlanMove] if grant.allows(Permission.AID_CONFIRM) else []


@require_POST
@requires(Permission.AID_PROPOSE)
@once
def rehab_plan_decide(
    request: Request, grant: Grant, case_number: str, rehab_plan_id: int
) -> HttpResponse:
    child = our_child(grant, case_number)
    plan, name = _plan(child, grant, rehab_plan_id), request.POST.get("move", "")
    if name not in {move.value for move in PlanMove}:
        return _answer(request, grant, plan)
    mine = plan.proposed_by_id == grant.user.pk
    if not (mine and name == PlanMove.REFUSE) and not grant.allows(Permission.AID_CONFIRM):
        raise PermissionDenied(Permission.AID_CONFIRM.value)
    form = PlanDecisionForm(request.POST, move=name, auto_id=DECIDE_IDS)
    if not form.is_valid():
        return _answer(request, grant, plan, decision_form=form)
    try:
        actions.decide_plan(
            plan=plan, move=PlanMove(name), by=grant.user, now=timezone.now(), **form.cleaned_data
        )
    except actions.MovedOn:
        messages.warning(request, _("The plan has changed in the meantime."))
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("assistance:rehab_plan", child.case_number, plan.pk)


@require_POST
@requires(Permission.AID_CONFIRM)
@once
def rehab_plan_end(
    request: Request, grant: Grant, case_number: str, rehab_plan_id: int
) -> HttpResponse:
    child = our_child(grant, case_number)
    plan = _plan(child, grant, rehab_plan_id)
    form = PlanEndForm(request.POST, plan=plan)
    if not plan.is_approved:
        return _answer(request, grant, plan)
    if form.is_valid():
        try:
            actions.end_plan(
                plan=plan, version=typed_version(request), by=grant.user, now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except StaleRecord:
            form.add_error(None, _("Somebody else changed it. Open the page again."))
        except PromiseBroken as broken:
            form.add_error("ends_on", broken.message)
        else:
            messages.success(request, _("Saved."))
            followed(request, grant, child, "plan_end", plan)
            return redirect("assistance:rehab_plan", child.case_number, plan.pk)
    return _answer(request, grant, plan, form=form)


# Sessions ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(Permission.REHAB_ENTER)
@once
def rehab_sessions(
    request: Request, grant: Grant, case_number: str, rehab_plan_id: int
) -> HttpResponse:
    """The sheet of a month: tap each day that bears a signature."""
    child = our_child(grant, case_number)
    plan = _plan(child, grant, rehab_plan_id)
    if not plan.is_approved:
        messages.warning(request, _("The plan is not approved: no session of it counts."))
        return redirect("assistance:rehab_plan", child.case_number, plan.pk)
    today = timezone.localdate()
    month = _month(request, plan, today)
    standing = RehabilitationSession.objects.permitted(grant).standing().filter(plan=plan)
    of_month = standing.filter(held_on__gte=month, held_on__lt=shifted(month, 1))
    entered, left = list(of_month.order_by("held_on")), max(plan.sessions - standing.count(), 0)
    form = SessionsForm(
        request.POST or None, days=_open_days(plan, month, today, {row.held_on for row in entered}),
        initial={"hours": "1", "signed_by": carer_of(child, grant, today)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.add_sessions(
                plan=plan, by=grant.user, now=timezone.now(), **form.cleaned_data
            )
        except PromiseBroken as broken:
            form.add_error("days", broken.message)
        else:
            words = ngettext("%(count)s session entered.", "%(count)s sessions entered.", done)
            messages.success(request, words % {"count": done})
            if done:
                followed(request, grant, child, "sessions", plan)
            return redirect("assistance:rehab_plan", child.case_number, plan.pk)
    context = form_context(
        request, grant, "", form=form, plan=plan, child=child, month=month, entered=entered,
        left=left,
        before=shifted(month, -1) if month > plan.starts_on else None,
        after=shifted(month, 1) if shifted(month, 1) <= min(plan.ends_on, today) else None,
    )  # fmt: skip
    return TemplateResponse(request, "assistance/rehab_sessions.html", context)


def _month(request: Request, plan: RehabilitationPlan, today: date) -> date:
    """As asked for; else the one of today, or the plan's last."""
    try:
        asked = MonthFormField(required=False).clean(request.GET.get("month", ""))
    except ValidationError:
        asked = None
    return asked or month_of(max(min(today, plan.ends_on), plan.starts_on))


def _open_days(
    plan: RehabilitationPlan, month: date, today: date, entered: set[date]
) -> list[date]:
    """Days of the month on which a session may have been attended and none is entered."""
    days = [month + timedelta(days=n) for n in range(monthrange(month.year, month.month)[1])]
    return [
        day
        for day in days
        if plan.starts_on <= day <= min(plan.ends_on, today) and day not in entered
        and _age(plan, day) < plan.until_age
    ]  # fmt: skip


def _age(plan: RehabilitationPlan, day: date) -> int:
    """Completed years that count; 0 also in the year of birth."""
    born = plan.child.birth_date
    return completed_years(born, max(counted_on(day, plan.age_rule), born))


@require_http_methods(["GET", "POST"])
@requires(Permission.REHAB_ENTER)
@once
def rehab_session_withdraw(
    request: Request, grant: Grant, case_number: str, rehab_session_id: int
) -> HttpResponse:
    child = our_child(grant, case_number)
    rows = RehabilitationSession.objects.permitted(grant).select_related("plan", "institution")
    session = get_object_or_404(rows, pk=rehab_session_id, child=child)
    form = SessionWithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_session(
                session=session, reason=form.cleaned_data["reason"], by=grant.user,
                now=timezone.now(),
            )  # fmt: skip
        except PromiseBroken:
            form.add_error(None, _("A claim rests on this session: it cannot be withdrawn."))
        except actions.MovedOn:
            form.add_error(None, _("It was withdrawn in the meantime."))
        else:
            messages.success(request, _("Saved."))
            followed(request, grant, child, "session_withdraw", session)
            return redirect("assistance:rehab_plan", child.case_number, session.plan_id)
    context = form_context(request, grant, "", form=form, session=session, child=child)
    return TemplateResponse(request, "assistance/rehab_session_withdraw.html", context)
