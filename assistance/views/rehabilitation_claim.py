"""Claims of institutions: drawn up, compared with the sessions, approved, paid; the ledger."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import once
from assistance.actions import rehabilitation_claim as actions
from assistance.actions.rehabilitation import MovedOn
from assistance.forms.rehabilitation_claim import (
    ClaimForm,
    ClaimLineForm,
    ClaimMoveForm,
    LedgerForm,
)
from assistance.models import ClaimLine, RehabilitationClaim, RehabilitationInstitution
from assistance.models.rehabilitation_ledger import (
    children_by_institution,
    ledger_of,
    rooms,
    total,
)
from assistance.rules.months import month_of, shifted
from assistance.rules.rehabilitation import ClaimMove, Cut, granted
from children.actions.promises import PromiseBroken
from children.extensions import followed
from children.views.common import form_context

MAY_MOVE = {
    ClaimMove.CHECK: Permission.REHAB_CLAIM,
    ClaimMove.CANCEL: Permission.REHAB_CLAIM,
    ClaimMove.RETURN: Permission.REHAB_CLAIM,
    ClaimMove.APPROVE: Permission.AID_CONFIRM,
    ClaimMove.PAY: Permission.AID_CONFIRM,
}
CUTS = {
    Cut.SESSIONS: gettext_lazy("claimed without a signed session"),
    Cut.QUOTA: gettext_lazy("more sessions than approved"),
    Cut.MONEY: gettext_lazy("more money than approved"),
    Cut.MONTH: gettext_lazy("more money than for a month"),
}
MOST_CLAIMS, MOST_LINES = 60, 1_000


@require_http_methods(["GET", "POST"])
@requires(Permission.REHAB_CLAIM)
@once
def claim_list(request: Request, grant: Grant) -> HttpResponse:
    """The newest claims; a POST draws one up, or brings the draft that is there in line."""
    today = timezone.localdate()
    start = {"month": shifted(month_of(today), -1), "area": grant.area_code}
    form = ClaimForm(request.POST or None, grant=grant, today=today, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            claim = actions.draw_up(by=grant.user, now=timezone.now(), **form.cleaned_data)
        except PromiseBroken as broken:
            form.add_error("month", broken.message)
        else:
            return redirect("assistance:claim_detail", claim.pk)
    rows = RehabilitationClaim.objects.permitted(grant).select_related("institution", "area")
    claims = rows.order_by("-month", "-pk")[:MOST_CLAIMS]
    context = form_context(request, grant, "", form=form, claims=claims)
    return TemplateResponse(request, "assistance/claim_list.html", context)


def _claim(grant: Grant, claim_id: int) -> RehabilitationClaim:
    rows = RehabilitationClaim.objects.permitted(grant)
    people = ("made_by", "checked_by", "approved_by", "paid_by")
    return get_object_or_404(rows.select_related("institution", "area", *people), pk=claim_id)


@require_GET
@requires(Permission.REHAB_CLAIM)
def claim_detail(request: Request, grant: Grant, claim_id: int) -> HttpResponse:
    claim = _claim(grant, claim_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, area_code=claim.area_id,
        subject="claim",
    )  # fmt: skip
    return _answer(request, grant, claim)


def _lines(claim: RehabilitationClaim, grant: Grant) -> list[Any]:
    """Each with `attended` of the month and `cuts` in words; two queries."""
    rows = ClaimLine.objects.permitted(grant).filter(claim=claim).select_related("child", "plan")
    lines: list[Any] = list(rows.order_by("child__case_number", "pk")[:MOST_LINES])
    room = rooms([line.plan_id for line in lines], claim)
    for line in lines:
        line.attended = room[line.plan_id].attended
        found = granted(line.asked_sessions, line.asked_amount, room[line.plan_id])[2]
        line.cuts = [str(CUTS[cut]) for cut in found]
    return lines


def _answer(
    request: Request, grant: Grant, claim: RehabilitationClaim, form: ClaimMoveForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    moves = [move for move in claim.moves if grant.allows(MAY_MOVE[move])]
    has_part = grant.user.pk in (claim.made_by_id, claim.checked_by_id)
    has_part = has_part or claim.has_lines_written_by(grant.user)
    if has_part:
        moves = [move for move in moves if move != ClaimMove.APPROVE]
    if claim.approved_by_id == grant.user.pk:
        moves = [move for move in moves if move != ClaimMove.PAY]
    start = {"invoice": claim.invoice, "paid_on": today}
    lines = _lines(claim, grant)
    context = form_context(
        request, grant, "", claim=claim, lines=lines, moves=[move.value for move in moves],
        form=form or ClaimMoveForm(move="", today=today, initial=start),
        sums={
            name: sum(getattr(line, name) for line in lines)
            for name in (
                "attended", "asked_sessions", "asked_amount", "granted_sessions", "granted_amount",
            )
        },
    )  # fmt: skip
    return TemplateResponse(request, "assistance/claim_detail.html", context)


@require_POST
@requires(Permission.REHAB_CLAIM)
@once
def claim_move(request: Request, grant: Grant, claim_id: int) -> HttpResponse:
    claim = _claim(grant, claim_id)
    name = request.POST.get("move", "")
    if name not in {move.value for move in ClaimMove}:
        return _answer(request, grant, claim)
    move = ClaimMove(name)
    if not grant.allows(MAY_MOVE[move]):
        raise PermissionDenied(MAY_MOVE[move].value)
    form = ClaimMoveForm(request.POST, move=move, today=timezone.localdate())
    if not form.is_valid():
        return _answer(request, grant, claim, form)
    try:
        actions.move_claim(
            claim=claim, move=move, by=grant.user, now=timezone.now(), **form.cleaned_data
        )
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except MovedOn:
        messages.warning(request, _("The claim has changed in the meantime."))
    except actions.NotAsChecked:
        messages.warning(
            request, _("Sessions or other claims changed since the check. Give it back first.")
        )
    else:
        messages.success(request, _("Saved."))
        _followed(request, grant, claim, f"claim_{move.value.lower()}")
    return redirect("assistance:claim_detail", claim.pk)


def _followed(request: Request, grant: Grant, claim: RehabilitationClaim, form: str) -> None:
    """A claim is of many children: the address says for whose line somebody came."""
    number = whole_number(request.GET.get("line", ""))
    if number is not None:
        rows = ClaimLine.objects.permitted(grant).filter(claim=claim, pk=number)
        for line in rows.select_related("child"):
            followed(request, grant, line.child, form, claim)


@require_http_methods(["GET", "POST"])
@requires(Permission.REHAB_CLAIM)
@once
def claim_line(request: Request, grant: Grant, claim_id: int, claim_line_id: int) -> HttpResponse:
    """What the institution's own list says for a child."""
    claim = _claim(grant, claim_id)
    rows = ClaimLine.objects.permitted(grant).select_related("child", "plan", "claim")
    line = get_object_or_404(rows, pk=claim_line_id, claim=claim)
    start = {"asked_sessions": line.asked_sessions, "asked_amount": line.asked_amount}
    form = ClaimLineForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_line(line=line, by=grant.user, now=timezone.now(), **form.cleaned_data)
        except MovedOn:
            form.add_error(None, _("The claim was checked in the meantime. Give it back first."))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Saved."))
            followed(request, grant, line.child, "claim_line", line)
            return redirect("assistance:claim_detail", claim.pk)
    context = form_context(
        request, grant, "", form=form, line=line, claim=claim,
        attended=rooms([line.plan_id], claim)[line.plan_id].attended,
    )  # fmt: skip
    return TemplateResponse(request, "assistance/claim_line.html", context)


# Ledger -----------------------------------------------------------------------------------------


@require_GET
@requires(Permission.REHAB_CLAIM)
def rehab_ledger(request: Request, grant: Grant) -> HttpResponse:
    """Approved, attended, claimed, granted and paid: of every child at an institution in a year."""
    today = timezone.localdate()
    form = LedgerForm({"year": today.year} | request.GET.dict())
    form.is_valid()
    year = form.cleaned_data.get("year") or today.year
    institution = form.cleaned_data.get("institution")
    context: dict[str, Any] = {"form": form, "year": year, "institution": institution}
    if institution is None:
        children = children_by_institution(grant, year)
        rows: list[Any] = list(RehabilitationInstitution.objects.permitted(grant))
        for row in rows:
            row.children = children.get(row.pk, 0)
        context["institutions"] = rows
    else:
        plans = ledger_of(grant, institution.pk, year, today, MOST_LINES)
        context |= {"plans": plans, "total": total(plans)}
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, area_code=grant.area_code or "",
        subject="rehabilitation_ledger",
    )  # fmt: skip
    return TemplateResponse(request, "assistance/rehab_ledger.html", context)
