"""A child's bank account: proposed, looked at by a second person, confirmed or refused."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from assistance.actions.payment_account import (
    AlreadyDecided,
    confirm_account,
    propose_account,
    refuse_account,
)
from assistance.forms.payment_account import AccountForm, RefusalForm
from assistance.models import PaymentAccount
from assistance.models.account_doubts import doubts_in_words
from children.actions.document import MOST_BYTES, Refused
from children.actions.promises import PromiseBroken
from children.models import Child
from children.views.common import form_context, is_ours, permitted_child
from children.views.document import REFUSALS

MOST_LISTED = 200


@require_http_methods(["GET", "POST"])
@requires(Permission.ACCOUNT_PROPOSE)
@once
def account_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    form = AccountForm(
        request.POST or None, request.FILES or None, child=child, grant=grant,
        today=timezone.localdate(),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = _propose(child, form, grant)
        except Refused as refused:
            form.add_error("paper", REFUSALS[refused.code])
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Proposed. A second person compares it with the proof."))
            return redirect("assistance:account_detail", child.case_number, row.pk)
    # No draft is kept: a number half typed is not to lie about.
    context = form_context(request, grant, "", form=form, child=child)
    return TemplateResponse(request, "assistance/account_add.html", context)


def _propose(child: Child, form: AccountForm, grant: Grant) -> PaymentAccount:
    paper = form.cleaned_data["paper"]
    if paper is not None and paper.size > MOST_BYTES:
        raise Refused("TOO_LARGE")
    return propose_account(
        child=child, facts=form.facts, paper=paper.read() if paper else None, by=grant.user,
        now=timezone.now(),
    )  # fmt: skip


def _account(grant: Grant, case_number: str, account_id: int) -> tuple[Child, PaymentAccount]:
    child = permitted_child(grant, case_number)
    rows = PaymentAccount.objects.permitted(grant).select_related(
        "guardianship__guardian", "proof", "proposed_by", "decided_by", "replaces"
    )
    return child, get_object_or_404(rows, pk=account_id, child=child)


@require_GET
@requires(Permission.AID_VIEW)
def account_detail(
    request: Request, grant: Grant, case_number: str, account_id: int
) -> HttpResponse:
    child, account = _account(grant, case_number, account_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="account",
    )  # fmt: skip
    return _answer(request, grant, child, account, RefusalForm())


def _answer(
    request: Request, grant: Grant, child: Child, account: PaymentAccount, form: Any
) -> HttpResponse:
    ours, mine = is_ours(child, grant), account.proposed_by_id == grant.user.pk
    may_decide = ours and account.is_proposed and grant.allows(Permission.ACCOUNT_CONFIRM)
    context = form_context(
        request, grant, "", child=child, account=account, form=form,
        doubts=doubts_in_words(account, timezone.localdate()), confirms=may_decide and not mine,
        takes_back=may_decide and mine, is_ours=ours, field=f"account.{account.pk}.account_number",
    )  # fmt: skip
    return TemplateResponse(request, "assistance/account_detail.html", context)


@require_POST
@requires(Permission.ACCOUNT_CONFIRM)
@once
def account_decide(
    request: Request, grant: Grant, case_number: str, account_id: int
) -> HttpResponse:
    """`decision` is confirm or refuse; a refusal has its reason."""
    child, account = _account(grant, case_number, account_id)
    if not is_ours(child, grant):
        raise Http404
    form, confirms = RefusalForm(request.POST), request.POST.get("decision") == "confirm"
    if not confirms and not form.is_valid():
        return _answer(request, grant, child, account, form)
    common: dict[str, Any] = {"account": account, "by": grant.user, "now": timezone.now()}
    try:
        if confirms:
            confirm_account(**common)
            messages.success(request, _("Confirmed: payments go to this account from now on."))
        else:
            refuse_account(**common, reason=form.cleaned_data["reason"])
            messages.success(request, _("Saved."))
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except AlreadyDecided:
        messages.warning(request, _("Somebody decided on this account in the meantime."))
    return redirect("assistance:account_detail", child.case_number, account.pk)


@require_GET
@requires(Permission.ACCOUNT_CONFIRM)
def account_list(request: Request, grant: Grant) -> HttpResponse:
    """Those that wait for a second person, oldest first."""
    rows = PaymentAccount.objects.permitted(grant).proposed()
    rows = rows.select_related("child", "proposed_by").order_by("proposed_at", "pk")
    return TemplateResponse(
        request, "assistance/account_list.html", {"accounts": rows[:MOST_LISTED]}
    )
