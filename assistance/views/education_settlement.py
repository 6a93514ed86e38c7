"""What schools are credited: settled, paid, taken back; each by two persons of the county."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import new_key, once
from assistance.actions.education_settlement import (
    ask_to_take_back,
    keep_settlement,
    pay_settlement,
    settle,
    take_back,
)
from assistance.actions.entitlement import DoesNotFit
from assistance.forms.education_award import (
    SettlementBackForm,
    SettlementKeptForm,
    SettlementPaidForm,
)
from assistance.models import EducationAward, EducationSettlement
from assistance.models.recognition_list import schools_of
from assistance.rules.settlement import Move, moves_of
from children.actions.promises import PromiseBroken
from children.views.common import form_context

from .education_award import back_to_list, named


@require_POST
@requires(Permission.AID_CONFIRM)
@once
def settlement_add(request: Request, grant: Grant) -> HttpResponse:
    _filters, term, school = named(request.POST, grant)
    if school is None:
        raise Http404
    try:
        settle(school=school, term=term, by=grant.user, now=timezone.now())
    except DoesNotFit:
        messages.warning(request, _("There is nothing to settle."))
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(
            request,
            _("Settled: counted from the awards. A second person records that it was paid."),
        )
    return back_to_list(term, None)


@require_http_methods(["GET", "POST"])
@requires(Permission.EDUCATION_VIEW)
@once
def settlement_detail(request: Request, grant: Grant, settlement_id: int) -> HttpResponse:
    """What it holds or held; the county's word that it was paid, or that it is to be taken back."""
    rows = EducationSettlement.objects.permitted(grant).select_related(
        "school__organisation", "term__year", "settled_by", "paid_by", "back_asked_by",
        "taken_back_by",
    )  # fmt: skip
    row = get_object_or_404(rows, pk=settlement_id)
    moves, name = _moves(row, grant), request.POST.get("move", "")
    if request.method != "POST" or name not in [*Move]:
        return _answer(request, grant, row, moves)
    if not _decides(row, grant):
        raise PermissionDenied(Permission.AID_CONFIRM.value)
    forms = _forms(Move(name), row, request.POST)
    (form,) = forms.values()
    if not form.is_valid():
        return _answer(request, grant, row, moves, **forms)
    try:
        _act(Move(name), row, grant, form)
    except DoesNotFit:
        messages.warning(request, _("It has changed in the meantime."))
    except PromiseBroken as broken:
        if name in moves:
            form.add_error(None, broken.message)
            return _answer(request, grant, row, moves, **forms)
        messages.error(request, broken.message)
    else:
        messages.success(request, _told(Move(name)))
    return redirect("assistance:settlement_detail", row.pk)


def _decides(row: EducationSettlement, grant: Grant) -> bool:
    """The county that settles with the school, not one whose children it teaches."""
    ours = schools_of(grant).order_by().filter(pk=row.school_id)
    return grant.allows(Permission.AID_CONFIRM) and ours.exists()


def _moves(row: EducationSettlement, grant: Grant) -> list[Move]:
    if row.is_taken_back or not _decides(row, grant):
        return []
    return moves_of(
        row.state, is_paid=row.is_paid, settled_by_reader=row.settled_by_id == grant.user.pk,
        asked_by_reader=row.back_asked_by_id == grant.user.pk,
    )  # fmt: skip


def _forms(move: Move, row: EducationSettlement, data: Any) -> dict[str, Any]:
    """The form that a button belongs to, by its name on the page."""
    if move == Move.PAY:
        return {"form": SettlementPaidForm(data)}
    if move == Move.ASK:
        return {"back_form": SettlementBackForm(data, settlement=row)}
    return {"kept_form": SettlementKeptForm(data, move=move)}


def _act(move: Move, row: EducationSettlement, grant: Grant, form: Any) -> None:
    told: dict[str, Any] = {"settlement": row, "by": grant.user, "now": timezone.now()}
    if move == Move.PAY:
        pay_settlement(**form.cleaned_data, **told)
    elif move == Move.ASK:
        ask_to_take_back(reason=form.cleaned_data["reason"], money=form.money, **told)
    elif move == Move.TAKE_BACK:
        take_back(**told)
    elif (move == Move.WITHDRAW) != (row.back_asked_by_id == grant.user.pk):
        raise DoesNotFit  # who asked withdraws, another refuses
    else:
        keep_settlement(reason=form.cleaned_data["reason"], **told)


def _told(move: Move) -> str:
    if move == Move.ASK:
        return _("Saved. A second person of the county decides.")
    if move == Move.TAKE_BACK:
        return _("Taken back. Its awards go into the next settlement, unless they end before.")
    return _("Saved.")


def _answer(
    request: Request, grant: Grant, row: EducationSettlement, moves: list[Move], **forms: Any
) -> HttpResponse:
    awards = EducationAward.objects.permitted(grant).held_by(row)
    asked = {
        "form": SettlementPaidForm(),
        "back_form": SettlementBackForm(settlement=row),
        "kept_form": SettlementKeptForm(move=""),
    }
    context = form_context(
        request, grant, "", row=row, moves=moves,
        awards=awards.select_related("child", "programme").order_by("pk"),
        waits=Move.ASK in moves and not row.is_paid and Move.PAY not in moves,
        second_key=new_key(), third_key=new_key(), **(asked | forms),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/settlement_detail.html", context)
