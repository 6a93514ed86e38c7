"""Agreements with departments that ask by machine: made, approved, ended; tokens shown once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.models import StaleRecord
from children.views.common import form_context, typed_version
from exchange.actions import sharing_agreement as actions
from exchange.forms.sharing_agreement import AgreementForm, EndForm, TokenForm
from exchange.models import SharingAgreement

SHOWN = 30


@require_GET
@requires(Permission.AGREEMENT_KEEP)
def agreement_list(request: Request, grant: Grant) -> HttpResponse:
    rows = SharingAgreement.objects.permitted(grant).order_by("-made_at", "-pk")
    today = timezone.localdate()
    context = {
        "rows": [
            {"row": row, "is_in_force": row.is_in_force(today), "is_over": row.is_over(today)}
            for row in rows[:SHOWN]
        ]
    }
    return TemplateResponse(request, "exchange/agreement_list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.AGREEMENT_KEEP)
@once
def agreement_add(request: Request, grant: Grant) -> HttpResponse:
    form = AgreementForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.make_agreement(facts=form.facts, grant=grant, now=timezone.now())
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Kept. It counts once a second person has approved it."))
            return redirect("exchange:agreement_detail", row.pk)
    context = form_context(request, grant, "", form=form)
    return TemplateResponse(request, "exchange/agreement_add.html", context)


def _row(grant: Grant, agreement_id: int) -> SharingAgreement:
    rows = SharingAgreement.objects.permitted(grant).select_related(
        "made_by", "approved_by", "ended_by"
    )
    return get_object_or_404(rows, pk=agreement_id)


@require_GET
@requires(Permission.AGREEMENT_KEEP)
def agreement_detail(request: Request, grant: Grant, agreement_id: int) -> HttpResponse:
    return _shown(request, grant, _row(grant, agreement_id))


def _shown(
    request: Request,
    grant: Grant,
    row: SharingAgreement,
    form: Any = None,
    told: str = "",
    ending: Any = None,
) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    context = form_context(
        request, grant, "", form=form or TokenForm(initial={"days": 365}), row=row, told=told,
        ending=ending or EndForm(), version=row.version, now=now,
        tokens=list(row.tokens.select_related("issued_by").order_by("-issued_at", "-pk")[:SHOWN]),
        calls=list(row.calls.order_by("-at", "-pk")[:SHOWN]),
        is_in_force=row.is_in_force(today), is_over=row.is_over(today),
        is_mine=row.made_by_id == grant.user.pk,
    )  # fmt: skip
    return TemplateResponse(request, "exchange/agreement_detail.html", context)


@require_POST
@requires(Permission.AGREEMENT_KEEP)
@once
def agreement_approve(request: Request, grant: Grant, agreement_id: int) -> HttpResponse:
    row = _row(grant, agreement_id)
    told: dict[str, Any] = {"row": row, "version": typed_version(request), "by": grant.user}
    try:
        actions.approve_agreement(**told, now=timezone.now())
    except StaleRecord:
        messages.warning(request, _("Somebody else changed this agreement. Look at it again."))
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    return redirect("exchange:agreement_detail", row.pk)


@require_POST
@requires(Permission.AGREEMENT_KEEP)
@once
def agreement_end(request: Request, grant: Grant, agreement_id: int) -> HttpResponse:
    row = _row(grant, agreement_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _shown(request, grant, row, ending=form)
    try:
        actions.end_agreement(
            row=row, version=typed_version(request), reason=form.cleaned_data["reason"],
            by=grant.user, now=timezone.now(),
        )  # fmt: skip
    except StaleRecord:
        messages.warning(request, _("Somebody else changed this agreement. Look at it again."))
    return redirect("exchange:agreement_detail", row.pk)


@never_cache
@require_POST
@requires(Permission.AGREEMENT_KEEP)
def token_issue(request: Request, grant: Grant, agreement_id: int) -> HttpResponse:
    """The token stands in this answer alone: sent twice there are two, and one is revoked."""
    row, form, told = _row(grant, agreement_id), TokenForm(request.POST), ""
    if form.is_valid():
        try:
            told = actions.issue_token(
                row=row, days=form.cleaned_data["days"], by=grant.user, now=timezone.now(),
                public_key=form.cleaned_data["public_key"],
            )  # fmt: skip
        except actions.NotInForce:
            messages.error(request, _("The agreement is not approved, or is over."))
    return _shown(request, grant, row, None if told else form, told)


@require_POST
@requires(Permission.AGREEMENT_KEEP)
@once
def token_revoke(request: Request, grant: Grant, agreement_id: int) -> HttpResponse:
    row = _row(grant, agreement_id)
    token = get_object_or_404(row.tokens, pk=whole_number(request.POST.get("token", "")) or 0)
    actions.revoke_token(token=token, by=grant.user, now=timezone.now())
    messages.success(request, _("The token opens nothing any more."))
    return redirect("exchange:agreement_detail", row.pk)
