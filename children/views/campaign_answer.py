"""A village's part in a round: each of its children, those newly found, and the answer itself."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions import campaign_answer as actions
from children.actions.child import AlreadyRegistered, register_child
from children.actions.promises import PromiseBroken
from children.extensions import only_with
from children.forms.campaign import AnswerForm, SettleForm
from children.forms.child import RegisterForm
from children.models import (
    CampaignAnswer,
    CampaignChild,
    CampaignKind,
    CampaignOutcome,
    Child,
    HomeVisit,
    KeyFact,
)
from children.models.duplicates import same_or_similar
from children.models.home_visit import SOMEBODY_MET
from children.models.overview import Due

from .child import tell_known
from .common import draft_initial, form_context, several

# Where a fact is put right: a section of the child's page.
SECTIONS = {
    KeyFact.CARER: "guardians", KeyFact.PARENTS: "parents", KeyFact.HOUSEHOLD: "categories",
    KeyFact.CATEGORIES: "categories",
}  # fmt: skip


def _permitted(grant: Grant, key: int) -> CampaignAnswer:
    rows = CampaignAnswer.objects.permitted(grant)
    rows = rows.select_related("campaign__area", "place__parent", "answered_by__user")
    return get_object_or_404(rows, pk=key)


@require_http_methods(["GET", "POST"])
@requires(Permission.CAMPAIGN_ANSWER)
@once
def campaign_answer(request: Request, grant: Grant, village_answer_id: int) -> HttpResponse:
    answer = _permitted(grant, village_answer_id)
    form = AnswerForm(request.POST or None, answer=answer)
    if request.method == "POST" and form.is_valid():
        try:
            actions.send_answer(
                answer=answer, by=grant.posting, now=timezone.now(), **form.cleaned_data
            )
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        except actions.NotOpen:
            messages.info(request, _not_open())
            return redirect("children:campaign_answer", answer.pk)
        else:
            messages.success(request, _("The answer was sent. Thank you."))
            return redirect("children:campaign_answer", answer.pk)
    context = form_context(
        request, grant, "", form=form, answer=answer, campaign=answer.campaign,
        today=timezone.localdate(), lines=_lines(answer, grant),
    )  # fmt: skip
    return TemplateResponse(request, "children/campaign_answer.html", context)


def _not_open() -> str:
    return _("This place has answered, or the round is closed: nothing was changed.")


def _lines(answer: CampaignAnswer, grant: Grant) -> list[dict[str, Any]]:
    """Children of the list that we may see, with whether a lead was visited; two queries."""
    rows = list(CampaignChild.objects.permitted(grant).filter(answer=answer).for_page())
    leads = [row.child_id for row in rows if row.kind == CampaignKind.LEAD]
    visited = HomeVisit.objects.permitted(grant).filter(
        child__in=leads, visited_on__gte=answer.campaign.opens_on,
        outcome__in=SOMEBODY_MET,
    )  # fmt: skip
    met = set(visited.values_list("child_id", flat=True)) if leads else set()
    return [{"row": row, "is_visited": row.child_id in met} for row in rows]


def _line(grant: Grant, key: int) -> CampaignChild:
    rows = CampaignChild.objects.permitted(grant).filter(
        answer__in=CampaignAnswer.objects.permitted(grant)
    )
    return get_object_or_404(rows.select_related("campaign", "child", "answer"), pk=key)


@require_http_methods(["GET", "POST"])
@requires(Permission.CAMPAIGN_ANSWER)
@once
def campaign_child(request: Request, grant: Grant, campaign_child_id: int) -> HttpResponse:
    """One tap for «unchanged» and «visited»; a short form for what is not as the file says."""
    line = _line(grant, campaign_child_id)
    tapped = request.POST.get("tapped", "")
    if request.method == "POST" and tapped in (CampaignOutcome.UNCHANGED, CampaignOutcome.VISITED):
        _settle(request, grant, line, {"outcome": tapped})
        return _back(line)
    is_lead = line.kind == CampaignKind.LEAD
    name = f"children:campaign_child:{line.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    initial = {
        "outcome": line.outcome, "changed": line.changed_facts, "remark": line.remark,
    } | several(kept, "changed")  # fmt: skip
    form = SettleForm(
        request.POST or None, campaign=line.campaign, is_lead=is_lead, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        if _settle(request, grant, line, form.cleaned_data):
            drafts.discard(grant=grant, form=name)
            return _next(line, form.cleaned_data)
        return _back(line)
    context = form_context(request, grant, name, form=form, kept_at=kept_at, line=line)
    return TemplateResponse(request, "children/campaign_child.html", context)


def _settle(request: Request, grant: Grant, line: CampaignChild, said: dict[str, Any]) -> bool:
    """False, with the reason told, when nothing was written."""
    try:
        actions.settle_child(line=line, by=grant.posting, now=timezone.now(), **said)
    except PromiseBroken as broken:
        messages.error(request, broken.message or _not_open())
    except actions.NotOpen:
        messages.info(request, _not_open())
    except actions.NotVisited:
        messages.error(request, _("Record the visit first; then the lead is answered for."))
    else:
        return True
    return False


def _back(line: CampaignChild) -> HttpResponse:
    address = reverse("children:campaign_answer", args=[line.answer_id])
    return redirect(f"{address}#line-{line.pk}")


def _next(line: CampaignChild, said: dict[str, Any]) -> HttpResponse:
    """After «changed» to where it is put right, else back to the list."""
    if said["outcome"] != CampaignOutcome.CHANGED:
        return _back(line)
    number = line.child.case_number
    if KeyFact.RESIDENCE in said["changed"]:
        return redirect("children:child_change", number)
    section = SECTIONS[KeyFact(said["changed"][0])]
    return redirect(reverse("children:child_detail", args=[number]) + f"#{section}")


@require_POST
@requires(Permission.CAMPAIGN_ANSWER)
@once
def campaign_take_back(request: Request, grant: Grant, village_answer_id: int) -> HttpResponse:
    answer = _permitted(grant, village_answer_id)
    try:
        actions.take_back(answer=answer, by=grant.posting, now=timezone.now())
    except actions.NotOpen:
        messages.info(request, _not_open())
    else:
        messages.success(request, _("The answer can be corrected; send it again afterwards."))
    return redirect("children:campaign_answer", answer.pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.CAMPAIGN_ANSWER)
@once
def campaign_found(request: Request, grant: Grant, village_answer_id: int) -> HttpResponse:
    """A child newly found: registered as a lead, and counted in the answer of the place."""
    answer, now = _permitted(grant, village_answer_id), timezone.now()
    name = f"children:campaign_found:{answer.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = RegisterForm(
        request.POST or None, grant=grant, today=timezone.localdate(now),
        initial={"residence_area": answer.place} | kept,
    )  # fmt: skip
    form.fields["residence_area"].limit(answer.place_id)
    similar: list[Any] = []
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        category, sure = facts.pop("category"), facts.pop("is_another_child")
        similar = [] if sure else same_or_similar(grant, facts)
        try:
            if not similar:
                with transaction.atomic():
                    child = register_child(facts=facts, category=category, by=grant.user, now=now)
                    actions.add_found(answer=answer, child=child, by=grant.posting, now=now)
                drafts.discard(grant=grant, form=name)
                messages.success(request, _("The file was opened and counts in the answer."))
                return redirect("children:campaign_answer", answer.pk)
        except AlreadyRegistered as known:
            tell_known(request, grant, form, known)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        except actions.NotOpen:
            form.add_error(None, _not_open())
        except actions.Elsewhere:
            form.add_error("residence_area", _("The child counts in the answer of its own place."))
    back = reverse("children:campaign_answer", args=[answer.pk])
    context = form_context(
        request, grant, name, form=form, similar=similar, kept_at=kept_at, back=back
    )
    return TemplateResponse(request, "children/child_create.html", context)


@only_with(CampaignChild)
def due_of_campaign(child: Child, grant: Grant, today: date) -> list[Due]:
    """On the child's page: a round that waits for what became of the child."""
    if not grant.allows(Permission.CAMPAIGN_ANSWER):
        return []
    rows = CampaignChild.objects.permitted(grant).filter(
        child=child, outcome="", is_gone=False, answer__is_over=False
    )
    return [
        Due(
            _("«%(title)s»: say what became of the child") % {"title": row.campaign.title}, "",
            is_overdue=row.campaign.due_on < today,
            url=reverse("children:campaign_child", args=[row.pk]),
        )
        for row in rows.select_related("campaign").order_by("campaign__due_on", "pk")
    ]  # fmt: skip
