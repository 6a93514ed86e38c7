"""The freshman subsidy: who applied, who has still to prove the arrival, one child's."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
from accounts.once import new_key, once
from assistance.actions.entitlement import DoesNotFit
from assistance.actions.freshman import (
    NotOwed,
    apply_for_subsidy,
    decide_subsidy,
    is_money_out,
    is_owed,
    prove_arrival,
    recover_subsidy,
)
from assistance.forms.freshman import ArrivalForm, FreshmanForm, FreshmanMoveForm
from assistance.models import Entitlement, FreshmanSubsidy
from assistance.models.award_build import subsidies
from assistance.models.beside import Wanted, beside
from assistance.rules.freshman import Move
from assistance.rules.months import month_of
from children.actions.document import Refused
from children.actions.promises import PromiseBroken
from children.models import Child
from children.views.common import draft_initial, form_context, is_ours, our_child, permitted_child
from children.views.document import REFUSALS

MAY_MOVE = {
    Move.CONFIRM: Permission.AID_CONFIRM,
    Move.REFUSE: Permission.AID_CONFIRM,
    Move.ARRIVE: Permission.AID_PROPOSE,
    Move.RECOVER: Permission.AID_CONFIRM,
}
MOST_LISTED = 200


@require_GET
@requires(Permission.AID_VIEW)
def freshman_list(request: Request, grant: Grant) -> HttpResponse:
    """Those to be decided, then those under way by the day of their proof, then the others."""
    rows = FreshmanSubsidy.objects.permitted(grant).select_related("child")
    groups = [
        (_("To be decided"), rows.waiting().order_by("proposed_at", "pk")),
        (_("Waiting for the arrival"), rows.under_way().order_by("due_on", "pk")),
        (_("Done"), rows.exclude(state__in=["APPLIED", "CONFIRMED"]).order_by("-pk")),
    ]
    context = {
        "groups": [(title, list(found[:MOST_LISTED])) for title, found in groups],
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "assistance/freshman_list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.AID_PROPOSE)
@once
def freshman_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    name = f"assistance:freshman_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = FreshmanForm(request.POST or None, request.FILES or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            row = apply_for_subsidy(
                child=child, facts=form.facts, paper=form.cleaned_data["paper"].read(),
                by=grant.user, now=timezone.now(), today=timezone.localdate(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error("paper", REFUSALS[refused.code])
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Entered. The county decides."))
            return redirect("assistance:freshman_detail", child.case_number, row.pk)
    context = form_context(
        request, grant, name, form=form, child=child, kept_at=kept_at,
        others=_beside(child, grant),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/freshman_add.html", context)


def _beside(child: Child, grant: Grant) -> list[Entitlement]:
    """What an overlap rule keeps apart from the subsidy, were it confirmed this month."""
    month = month_of(timezone.localdate())
    wanted = [Wanted(child.pk, programme.pk, month, month) for programme in subsidies()]
    return [row for found in beside(wanted, grant) for row in found]


def _subsidy(grant: Grant, child: Child, freshman_id: int) -> FreshmanSubsidy:
    rows = FreshmanSubsidy.objects.permitted(grant).select_related(
        "notice", "proof", "proposed_by", "decided_by", "entitlement__programme"
    )
    row = get_object_or_404(rows, pk=freshman_id, child=child)
    row.child = child
    return row


@require_GET
@requires(Permission.AID_VIEW)
def freshman_detail(
    request: Request, grant: Grant, case_number: str, freshman_id: int
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    row = _subsidy(grant, child, freshman_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="freshman",
    )  # fmt: skip
    return _answer(request, grant, row)


def _answer(request: Request, grant: Grant, row: FreshmanSubsidy, **forms: Any) -> HttpResponse:
    today = timezone.localdate()
    context = form_context(
        request, grant, "", row=row, child=row.child, today=today,
        others=_beside(row.child, grant) if row.is_applied else [],
        is_money_out=row.is_applied and is_money_out(row.child),
        not_owed=row.is_applied and not is_owed(child=row.child, today=today),
        moves=[move.value for move in _open_moves(grant, row)], second_key=new_key(),
        mine=row.proposed_by_id == grant.user.pk,
        move_form=forms.get("move_form") or FreshmanMoveForm(move=""),
        arrival_form=forms.get("arrival_form") or ArrivalForm(),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/freshman_detail.html", context)


def _open_moves(grant: Grant, row: FreshmanSubsidy) -> list[Move]:
    if not is_ours(row.child, grant):
        return []
    moves = [m for m in row.moves_on(timezone.localdate()) if grant.allows(MAY_MOVE[m])]
    mine = row.proposed_by_id == grant.user.pk
    return [m for m in moves if not (mine and m in (Move.CONFIRM, Move.REFUSE))]


@require_POST
@requires(Permission.AID_CONFIRM)
@once
def freshman_move(
    request: Request, grant: Grant, case_number: str, freshman_id: int
) -> HttpResponse:
    """CONFIRM, REFUSE or RECOVER."""
    child = our_child(grant, case_number)
    row = _subsidy(grant, child, freshman_id)
    name = request.POST.get("move", "")
    if name not in (Move.CONFIRM, Move.REFUSE, Move.RECOVER):
        return _answer(request, grant, row)
    if Move(name) not in _open_moves(grant, row):
        raise PermissionDenied(name)
    form = FreshmanMoveForm(request.POST, move=name)
    if not form.is_valid():
        return _answer(request, grant, row, move_form=form)
    _take(request, grant, row, Move(name), form.cleaned_data["reason"])
    return redirect("assistance:freshman_detail", child.case_number, row.pk)


def _take(request: Request, grant: Grant, row: FreshmanSubsidy, move: Move, reason: str) -> None:
    told: dict[str, Any] = {
        "subsidy": row, "by": grant.user, "now": timezone.now(), "today": timezone.localdate(),
        "reason": reason,
    }  # fmt: skip
    try:
        if move == Move.RECOVER:
            recover_subsidy(**told)
        else:
            decide_subsidy(move=move, **told)
    except NotOwed:
        messages.error(
            request, _("The rules in force owe this child no subsidy: refuse it, or see its facts.")
        )
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except DoesNotFit:
        messages.warning(request, _("It has changed in the meantime."))
    else:
        messages.success(request, _("Saved."))


@require_POST
@requires(Permission.AID_PROPOSE)
@once
def freshman_arrive(
    request: Request, grant: Grant, case_number: str, freshman_id: int
) -> HttpResponse:
    child = our_child(grant, case_number)
    row = _subsidy(grant, child, freshman_id)
    form = ArrivalForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(request, grant, row, arrival_form=form)
    try:
        prove_arrival(
            subsidy=row, arrived_on=form.cleaned_data["arrived_on"],
            paper=form.cleaned_data["paper"].read(), by=grant.user, now=timezone.now(),
            today=timezone.localdate(),
        )  # fmt: skip
    except Refused as refused:
        form.add_error("paper", REFUSALS[refused.code])
        return _answer(request, grant, row, arrival_form=form)
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except DoesNotFit:
        messages.warning(request, _("It has changed in the meantime."))
    else:
        messages.success(request, _("Saved."))
    return redirect("assistance:freshman_detail", child.case_number, row.pk)
