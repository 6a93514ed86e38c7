"""Money asked back: what has not come, what came, and what is waived by two persons."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import new_key, once
from assistance.actions.bank import recover
from assistance.actions.payment_run import MovedOn
from assistance.actions.recovery_waiver import ask_for_waiver, decide_waiver
from assistance.forms.bank import RecoveryForm, WaiverDecisionForm, WaiverForm
from assistance.models import PaymentLine, RecoveryWaiver
from assistance.rules.recovery_waiver import Move, moves_of
from children.actions.promises import PromiseBroken
from children.models import Child
from children.views.common import form_context, our_child

MOST_LISTED = 200
CAME, ASK = "CAME", "ASK"
WAIVE_IDS, DECIDE_IDS = "id_waive_%s", "id_decide_%s"


@require_GET
@requires(Permission.RUN_CHECK)
def recovery_list(request: Request, grant: Grant) -> HttpResponse:
    """Money that approved runs ask back and that has not come, what was asked first before."""
    waivers = RecoveryWaiver.objects.permitted(grant).filter(line=OuterRef("pk"), state="ASKED")
    rows = PaymentLine.objects.permitted(grant).to_come_back()
    rows = rows.select_related("child__residence_area__parent", "programme", "run")
    rows = rows.annotate(is_waiver_asked=Exists(waivers))
    lines = list(rows.order_by("run__approved_at", "pk")[: MOST_LISTED + 1])
    return TemplateResponse(
        request, "assistance/recovery_list.html",
        {
            "lines": lines[:MOST_LISTED], "are_more": len(lines) > MOST_LISTED,
            "most": MOST_LISTED,
        },
    )  # fmt: skip


def _line(child: Child, grant: Grant, line_id: int) -> PaymentLine:
    rows = PaymentLine.objects.permitted(grant).select_related("run", "programme", "entitlement")
    line = get_object_or_404(rows, pk=line_id, child=child)
    line.child = child
    return line


@require_http_methods(["GET", "POST"])
@requires(Permission.RUN_CHECK)
@once
def line_recover(request: Request, grant: Grant, case_number: str, line_id: int) -> HttpResponse:
    """That it came back is recorded by the county; a waiver is asked for and decided by another."""
    child = our_child(grant, case_number)
    line, name = _line(child, grant, line_id), request.POST.get("move", "")
    waiver = _asked(line, grant)
    moves = _moves(grant, line, waiver)
    if request.method != "POST" or name not in {CAME, ASK, *Move}:
        return _answer(request, grant, line, waiver, moves)
    if name in (CAME, Move.GRANT, Move.REFUSE) and not grant.allows(Permission.RUN_APPROVE):
        raise PermissionDenied(Permission.RUN_APPROVE.value)
    forms = _forms(name, request.POST)
    (form,) = forms.values()
    if not form.is_valid():
        return _answer(request, grant, line, waiver, moves, **forms)
    try:
        _act(name, line, waiver, grant, form.cleaned_data)
    except MovedOn:
        messages.warning(request, _("There is nothing to recover, or it was decided meanwhile."))
    except PromiseBroken as broken:
        form.add_error(None, broken.message)
        return _answer(request, grant, line, waiver, moves, **forms)
    else:
        messages.success(
            request,
            _("Saved. A second person of the county decides.") if name == ASK else _("Saved."),
        )
    return redirect("assistance:line_detail", child.case_number, line.pk)


def _asked(line: PaymentLine, grant: Grant) -> RecoveryWaiver | None:
    rows = RecoveryWaiver.objects.permitted(grant).filter(line=line, state="ASKED")
    waiver = rows.select_related("asked_by").first()
    if waiver is not None:
        waiver.line = line
    return waiver


def _moves(grant: Grant, line: PaymentLine, waiver: RecoveryWaiver | None) -> list[str]:
    """Who asked for a waiver is not offered to decide on it."""
    if not line.is_open_recovery:
        return []
    decides = grant.allows(Permission.RUN_APPROVE)
    found: list[str] = [CAME] if decides else []
    if waiver is None:
        return [*found, ASK]
    mine = waiver.asked_by_id == grant.user.pk
    return found + [str(move) for move in moves_of(asked_by_reader=mine, decides=decides)]


def _forms(name: str, data: Any) -> dict[str, Any]:
    """The form that a button belongs to, by its name on the page."""
    if name == CAME:
        return {"form": RecoveryForm(data, today=timezone.localdate())}
    if name == ASK:
        return {"ask_form": WaiverForm(data, auto_id=WAIVE_IDS)}
    return {"decision_form": WaiverDecisionForm(data, move=name, auto_id=DECIDE_IDS)}


def _act(
    name: str, line: PaymentLine, waiver: RecoveryWaiver | None, grant: Grant, facts: dict[str, Any]
) -> None:
    by: dict[str, Any] = {"by": grant.user, "now": timezone.now()}
    if name == CAME:
        recover(line=line, **facts, **by)
    elif name == ASK:
        ask_for_waiver(line=line, **facts, **by)
    elif waiver is None or (name == Move.WITHDRAW and waiver.asked_by_id != grant.user.pk):
        raise MovedOn
    else:
        decide_waiver(waiver=waiver, move=Move(name), **facts, **by)


def _answer(
    request: Request, grant: Grant, line: PaymentLine, waiver: RecoveryWaiver | None,
    moves: list[str], **forms: Any,
) -> HttpResponse:  # fmt: skip
    asked = {
        "form": RecoveryForm(today=timezone.localdate()),
        "ask_form": WaiverForm(auto_id=WAIVE_IDS),
        "decision_form": WaiverDecisionForm(move="", auto_id=DECIDE_IDS),
    }
    context = form_context(
        request, grant, "", child=line.child, line=line, waiver=waiver, moves=moves,
        second_key=new_key(), third_key=new_key(), **(asked | forms),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/line_recover.html", context)
