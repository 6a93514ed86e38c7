"""Rehabilitation of a child: applied for, decided, planned; its panel and its due work."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpResponse
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
from assistance.actions import rehabilitation as actions
from assistance.forms.rehabilitation import DecisionForm, PlanForm, RehabilitationApplicationForm
from assistance.models import RehabilitationApplication, payment_figures
from assistance.models.rehabilitation_institution import ONE_OFF
from assistance.models.rehabilitation_ledger import plans_of_child
from assistance.rules.rehabilitation import DECIDING, AgeRule, ApplicationMove
from children.actions.document import MOST_BYTES, Refused
from children.actions.promises import PromiseBroken
from children.extensions import begun, followed
from children.models import Child, DisabilityCertificate, Guardianship
from children.views.common import draft_initial, form_context, is_ours, our_child, permitted_child
from children.views.document import REFUSALS

# Who takes which step; the second person of an approval is the database's to demand.
MAY_MOVE = {
    move: Permission.AID_CONFIRM if move in DECIDING else Permission.REHAB_ENTER
    for move in ApplicationMove
}


@require_http_methods(["GET", "POST"])
@requires(Permission.REHAB_ENTER)
@once
def rehab_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    today, name = timezone.localdate(), f"assistance:rehab_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    start = {
        "applied_on": today, "applicant": carer_of(child, grant, today),
        "certificate": _valid_certificate(child, grant),
    } | begun(request, grant, child, "rehabilitation")  # fmt: skip
    form = RehabilitationApplicationForm(
        request.POST or None, request.FILES or None, child=child, grant=grant, today=today,
        initial=start | kept,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = _apply(child, form, grant)
        except Refused as refused:
            form.add_error("paper", REFUSALS[refused.code])
        except PromiseBroken as broken:
            form.add_error("kind", broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Submitted. The county decides."))
            followed(request, grant, child, "rehabilitation", row)
            return redirect("assistance:rehab_detail", child.case_number, row.pk)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "assistance/rehab_add.html", context)


def _valid_certificate(child: Child, grant: Grant) -> int | None:
    """The one that it will rest on; a diagnosis where there is no number yet."""
    rows = DisabilityCertificate.objects.permitted(grant).filter(child=child, status="VALID")
    order = (F("number_hash").asc(nulls_last=True), "-pk")
    return rows.order_by(*order).values_list("pk", flat=True).first()


def carer_of(child: Child, grant: Grant, today: date) -> str:
    """Who signs, most likely."""
    rows = Guardianship.objects.permitted(grant).filter(child=child).on(today)
    row = rows.select_related("guardian").order_by("-is_main_carer", "pk").first()
    return row.guardian.name if row else ""


def _apply(
    child: Child, form: RehabilitationApplicationForm, grant: Grant
) -> RehabilitationApplication:
    paper = form.cleaned_data["paper"]
    if paper is not None and paper.size > MOST_BYTES:
        raise Refused("TOO_LARGE")
    return actions.apply_for_rehabilitation(
        child=child, facts=form.facts, paper=paper.read() if paper else None, by=grant.user,
        now=timezone.now(),
    )  # fmt: skip


def _application(child: Child, grant: Grant, rehab_id: int) -> RehabilitationApplication:
    rows = RehabilitationApplication.objects.permitted(grant)
    rows = rows.select_related("certificate", "diagnosis", "entered_by", "decided_by")
    row = get_object_or_404(rows, pk=rehab_id, child=child)
    row.child = child
    return row


@require_GET
@requires(Permission.AID_VIEW)
def rehab_detail(request: Request, grant: Grant, case_number: str, rehab_id: int) -> HttpResponse:
    child = permitted_child(grant, case_number)
    row = _application(child, grant, rehab_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="rehabilitation",
    )  # fmt: skip
    return _answer(request, grant, row, DecisionForm(move=""))


def _answer(
    request: Request, grant: Grant, row: RehabilitationApplication, form: DecisionForm
) -> HttpResponse:
    ours, mine = is_ours(row.child, grant), row.entered_by_id == grant.user.pk
    moves = [m for m in row.moves if ours and grant.allows(MAY_MOVE[m])]
    if mine:
        moves = [m for m in moves if m != ApplicationMove.APPROVE]
    plans = plans_of_child(row.child, grant, timezone.localdate())
    context = form_context(
        request, grant, "", row=row, child=row.child, form=form, mine=mine,
        moves=[m.value for m in moves],
        plans=[plan for plan in plans if plan.application_id == row.pk],
        plans_it=ours and row.is_approved and grant.allows(Permission.AID_PROPOSE),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/rehab_detail.html", context)


@require_POST
@requires(Permission.REHAB_ENTER)
@once
def rehab_move(request: Request, grant: Grant, case_number: str, rehab_id: int) -> HttpResponse:
    child = our_child(grant, case_number)
    row = _application(child, grant, rehab_id)
    name = request.POST.get("move", "")
    if name not in {move.value for move in ApplicationMove}:
        return _answer(request, grant, row, DecisionForm(move=""))
    move = ApplicationMove(name)
    if not grant.allows(MAY_MOVE[move]):
        raise PermissionDenied(MAY_MOVE[move].value)
    form = DecisionForm(request.POST, move=move)
    if not form.is_valid():
        return _answer(request, grant, row, form)
    try:
        actions.move_application(
            application=row, move=move, by=grant.user, now=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except actions.MovedOn:
        messages.warning(request, _("The application has changed in the meantime."))
    else:
        messages.success(request, _("Saved."))
    return redirect("assistance:rehab_detail", child.case_number, row.pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.AID_PROPOSE)
@once
def rehab_plan_add(request: Request, grant: Grant, case_number: str, rehab_id: int) -> HttpResponse:
    child = our_child(grant, case_number)
    application = _application(child, grant, rehab_id)
    today, name = timezone.localdate(), f"assistance:rehab_plan_add:{application.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    start = {
        "starts_on": today, "ends_on": date(today.year, 12, 31),
        "until_age": payment_figures(today)["REHAB_AGE"], "age_rule": AgeRule.DAY.value,
    }  # fmt: skip
    form = PlanForm(
        request.POST or None, kind=application.kind, is_one_off=application.kind in ONE_OFF,
        today=today, initial=start | kept,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.propose_plan(
                application=application, facts=form.facts, by=grant.user, now=timezone.now()
            )
        except PromiseBroken as broken:
            field = "institution" if broken.constraint == "rehab_plan_inside_designation" else None
            form.add_error(field, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Proposed. A second person of the county approves it."))
            return redirect("assistance:rehab_plan", child.case_number, plan.pk)
    context = form_context(
        request, grant, name, form=form, child=child, row=application, kept_at=kept_at
    )
    return TemplateResponse(request, "assistance/rehab_plan_add.html", context)
