"""Entitlements: proposed, confirmed, held and ended; what they are worth; the list of a place."""

from collections.abc import Mapping
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
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import once
from assistance.actions.basis import basis_by_rules
from assistance.actions.entitlement import (
    DoesNotFit,
    confirm_all,
    move_entitlement,
    propose_entitlement,
    set_rate,
)
from assistance.forms.entitlement import (
    EntitlementFilterForm,
    EntitlementForm,
    MoveForm,
    RateForm,
)
from assistance.models import Entitlement, EntitlementRate, Gap, PaymentLine
from assistance.models.beside import Wanted, beside, excluded_by_rules, with_beside
from assistance.models.entitlement_list import (
    EntitlementFilters,
    EntitlementPage,
    entitlement_page,
)
from assistance.rules.entitlement import OWING, Move
from assistance.rules.months import month_of, shifted
from children.actions.promises import PromiseBroken
from children.extensions import begun, followed
from children.models import Child, FileExit
from children.views.common import draft_initial, form_context, is_ours, our_child, permitted_child

# Who takes which step; the second person of a confirmation is the database's to demand.
MAY_MOVE = {
    Move.CONFIRM: Permission.AID_CONFIRM,
    Move.REFUSE: Permission.AID_CONFIRM,
    Move.HOLD: Permission.AID_PROPOSE,
    Move.RESUME: Permission.AID_CONFIRM,
    Move.END: Permission.AID_CONFIRM,
    Move.CANCEL: Permission.AID_CONFIRM,
}
MOST_CONFIRMED = 200
# A step has its reason on the same page: a label of either leads to its own field.
RATE_IDS = "id_rate_%s"


@require_GET
@requires(Permission.AID_VIEW)
def entitlement_list(request: Request, grant: Grant) -> HttpResponse:
    form = EntitlementFilterForm(request.GET)
    form.is_valid()
    programme = form.cleaned_data.get("programme")
    filters = EntitlementFilters(
        form.cleaned_data.get("state") or "", programme.pk if programme else None
    )
    query = request.GET.copy()
    query.pop("after", None)
    context = form_context(
        request, grant, "", form=form, page=_page(request, grant, filters), filters=filters,
        query=query.urlencode(), is_filtered=filters != EntitlementFilters(),
    )  # fmt: skip
    template = "assistance/entitlement_list.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


def _page(request: Request, grant: Grant, filters: EntitlementFilters) -> EntitlementPage:
    return entitlement_page(
        grant=grant, filters=filters, after=whole_number(request.GET.get("after", "")),
        month=month_of(timezone.localdate()),
    )  # fmt: skip


@require_POST
@requires(Permission.AID_CONFIRM)
@once
def entitlement_confirm_many(request: Request, grant: Grant) -> HttpResponse:
    """Those ticked in the list; left is what one proposed oneself, was decided since, or is kept
    apart by an overlap rule.
    """
    ticked = [whole_number(text) for text in request.POST.getlist("entitlement")]
    rows = Entitlement.objects.permitted(grant).waiting().select_related("child")
    chosen = rows.filter(pk__in=[pk for pk in ticked[:MOST_CONFIRMED] if pk is not None])
    done, left = confirm_all(
        entitlements=[row for row in chosen if is_ours(row.child, grant)], by=grant.user,
        now=timezone.now(),
    )  # fmt: skip
    if done:
        messages.success(request, _("Confirmed: %(count)s.") % {"count": done})
    if left:
        messages.warning(
            request,
            _(
                "Left as they were: %(count)s. You proposed them, they were decided already, or an"
                " overlap rule keeps them apart from what the child gets: open them one by one."
            )
            % {"count": len(left)},
        )
    return redirect("assistance:entitlement_list")


@require_http_methods(["GET", "POST"])
@requires(Permission.AID_PROPOSE)
@once
def entitlement_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    name = f"assistance:entitlement_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    start = {"programme": request.GET.get("programme", "")}
    start |= begun(request, grant, child, "entitlement")
    form = EntitlementForm(request.POST or None, initial=start | kept)
    told: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        told = _kept_apart(child, grant, form.cleaned_data)
        told |= {"is_sent": True} if told else {}
    if request.method == "POST" and form.is_valid() and told.get("anew") == _known(request, told):
        facts = dict(form.cleaned_data)
        basis = basis_by_rules(
            child=child, programme=facts["programme"], amount=facts["amount"],
            month=facts["from_month"], document=facts.pop("document"),
        )  # fmt: skip
        try:
            row = propose_entitlement(
                child=child, **facts, basis=basis, by=grant.user, now=timezone.now()
            )
        except PromiseBroken as broken:
            form.add_error("from_month", broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Proposed. The county confirms it."))
            followed(request, grant, child, "entitlement", row)
            return redirect("assistance:entitlement_detail", child.case_number, row.pk)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at, **told)
    return TemplateResponse(request, "assistance/entitlement_add.html", context)


def _known(request: Request, told: dict[str, Any]) -> str | None:
    """What was told and is proposed all the same; None where there is nothing to tell."""
    return request.POST.get("known", "") if told else None


def _kept_apart(child: Child, grant: Grant, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What overlap rules keep apart from what is typed so far; empty where nothing does."""
    programme, first = facts.get("programme"), facts.get("from_month")
    last = facts.get("to_month")
    if programme is None or first is None or (last and last < first):
        return {}
    wanted = Wanted(child.pk, programme.pk, first, last)
    others, by_rules = beside([wanted], grant)[0], excluded_by_rules(child, programme, first)
    if not others and not by_rules:
        return {}
    # Of another programme or other months it is told again.
    anew = f"{programme.pk} {first} {last or ''} {','.join(str(row.pk) for row in others)}"
    return {"others": others, "by_rules": by_rules, "anew": anew}


@require_POST
@requires(Permission.AID_PROPOSE)
def entitlement_check(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """While typing: what an overlap rule keeps apart. Saves nothing."""
    child = our_child(grant, case_number)
    form = EntitlementForm(request.POST)
    form.is_valid()
    told = _kept_apart(child, grant, form.cleaned_data)
    context = {"child": child, **told}
    return TemplateResponse(request, "assistance/entitlement_add.html#beside", context)


def _entitlement(child: Child, grant: Grant, entitlement_id: int) -> Entitlement:
    rows = Entitlement.objects.permitted(grant)
    rows = rows.select_related("programme", "proposed_by", "confirmed_by")
    row = get_object_or_404(rows, pk=entitlement_id, child=child)
    row.child = child
    return row


@require_GET
@requires(Permission.AID_VIEW)
def entitlement_detail(
    request: Request, grant: Grant, case_number: str, entitlement_id: int
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    row = _entitlement(child, grant, entitlement_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="entitlement",
    )  # fmt: skip
    return _answer(request, grant, row)


def _answer(request: Request, grant: Grant, row: Entitlement, **forms: Any) -> HttpResponse:
    ours, mine = is_ours(row.child, grant), row.proposed_by_id == grant.user.pk
    moves = [m for m in row.moves if ours and grant.allows(MAY_MOVE[m])]
    if mine:
        moves = [m for m in moves if m != Move.CONFIRM]
    lines = PaymentLine.objects.permitted(grant).filter(entitlement=row)
    with_beside([row], grant)
    context = form_context(
        request, grant, "", row=row, child=row.child, moves=[m.value for m in moves], mine=mine,
        rates=EntitlementRate.objects.permitted(grant).filter(entitlement=row).newest_first()
        .select_related("set_by", "standard"),
        lines=lines.select_related("run").order_by("-month", "-pk")[:36],
        move_form=forms.get("move_form")
        or MoveForm(entitlement=row, move="", initial=_offered(request, row, grant)),
        rate_form=forms.get("rate_form") or RateForm(entitlement=row, auto_id=RATE_IDS),
        sets_rates=ours and grant.allows(Permission.AID_CONFIRM) and row.state in OWING,
    )  # fmt: skip
    return TemplateResponse(request, "assistance/entitlement_detail.html", context)


def _offered(request: Request, row: Entitlement, grant: Grant) -> dict[str, Any]:
    told = {field: value for field, value in _end_of(row, grant).items() if value}
    return begun(request, grant, row.child, "entitlement_end") | told


def _end_of(row: Entitlement, grant: Grant) -> dict[str, Any]:
    """What is received and not owed ends with the month before; the reason where it is clear."""
    if row.is_ended:
        return {"to_month": row.to_month, "end_reason": row.end_reason}
    leaving = FileExit.objects.permitted(grant).standing().filter(child=row.child_id).first()
    if leaving is not None:
        last = max(shifted(leaving.first_month_without, -1), row.from_month)
        return {"to_month": last, "end_reason": leaving.reason}
    gaps = Gap.objects.permitted(grant).filter(entitlement=row, kind="RECEIVED", closed_at=None)
    gap = gaps.exclude(reason="TOO_MUCH").first()
    if gap is None:
        return {}
    last = max(shifted(gap.since, -1), row.from_month)
    return {"to_month": last, "end_reason": "AGE_18" if gap.reason == "AGE" else ""}


@require_POST
@requires(Permission.AID_PROPOSE)
@once
def entitlement_move(
    request: Request, grant: Grant, case_number: str, entitlement_id: int
) -> HttpResponse:
    child = our_child(grant, case_number)
    row = _entitlement(child, grant, entitlement_id)
    name = request.POST.get("move", "")
    if name not in {move.value for move in Move}:
        return _answer(request, grant, row)
    move = Move(name)
    if not grant.allows(MAY_MOVE[move]):
        raise PermissionDenied(MAY_MOVE[move].value)
    form = MoveForm(request.POST, entitlement=row, move=move)
    if not form.is_valid():
        return _answer(request, grant, row, move_form=form)
    facts = form.cleaned_data if move == Move.END else {"reason": form.cleaned_data["reason"]}
    try:
        move_entitlement(entitlement=row, move=move, by=grant.user, now=timezone.now(), **facts)
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except DoesNotFit:
        messages.warning(request, _("The entitlement has changed in the meantime."))
    else:
        messages.success(request, _("Saved."))
        followed(request, grant, child, f"entitlement_{move.value.lower()}", row)
    return redirect("assistance:entitlement_detail", child.case_number, row.pk)


@require_POST
@requires(Permission.AID_CONFIRM)
@once
def rate_add(request: Request, grant: Grant, case_number: str, entitlement_id: int) -> HttpResponse:
    child = our_child(grant, case_number)
    row = _entitlement(child, grant, entitlement_id)
    form = RateForm(request.POST, entitlement=row, auto_id=RATE_IDS)
    if not form.is_valid():
        return _answer(request, grant, row, rate_form=form)
    facts = dict(form.cleaned_data)
    basis = basis_by_rules(
        child=child, programme=row.programme, amount=facts["amount"], month=facts["from_month"],
        document=facts.pop("document"),
    )  # fmt: skip
    try:
        set_rate(entitlement=row, by=grant.user, now=timezone.now(), basis=basis, **facts)
    except DoesNotFit:
        messages.warning(request, _("The entitlement has changed in the meantime."))
    except PromiseBroken as broken:
        form.add_error(None, broken.message)
        return _answer(request, grant, row, rate_form=form)
    else:
        messages.success(request, _("Saved. The next run reckons the months since."))
    return redirect("assistance:entitlement_detail", child.case_number, row.pk)
