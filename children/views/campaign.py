"""Rounds of checks for those above the villages: opened, looked at while they run, closed."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max, Min, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.models.area import area_names
from accounts.once import once
from children.actions import campaign as actions
from children.actions.promises import PromiseBroken
from children.charts import Bar, bar_chart
from children.forms.campaign import CampaignCloseForm, CampaignForm
from children.jobs import mail_reminders
from children.models import Campaign, CampaignAnswer
from children.models.campaign_answer import total
from children.models.compiled import compiled

from .common import draft_initial, form_context, several

SHOWN = 50
NEXT_LEVEL = {2: 4, 4: 6, 6: 9}


@require_GET
@requires(Permission.CAMPAIGN_VIEW)
def campaign_list(request: Request, grant: Grant) -> HttpResponse:
    """Those that run first, then the newest."""
    rows = Campaign.objects.permitted(grant).select_related("area", "closed_by__user")
    found = list(rows.order_by("-closed_at", "-opens_on", "-pk")[:SHOWN])
    found.sort(key=lambda row: row.is_closed)
    ours = CampaignAnswer.objects.permitted(grant).filter(campaign__in=found)
    places = dict(
        ours.values_list("campaign").annotate(first=Min("pk")) if _is_village(grant) else ()
    )
    lines = [(row, places.get(row.pk)) for row in found]
    return TemplateResponse(request, "children/campaign_list.html", {"lines": lines})


def _is_village(grant: Grant) -> bool:
    return len(grant.area_code or "") == 12


@require_http_methods(["GET", "POST"])
@requires(Permission.CAMPAIGN_OPEN)
@once
def campaign_open(request: Request, grant: Grant) -> HttpResponse:
    today, name = timezone.localdate(), "children:campaign_open"
    kept, kept_at = draft_initial(request, grant, name)
    initial = several(several(kept, "facts"), "categories")
    form = CampaignForm(request.POST or None, today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.open_campaign(
                facts=form.cleaned_data, by=grant.posting, now=timezone.now()
            )
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("The round is open. Every village has its list."))
            return redirect("children:campaign_detail", row.pk)
    context = form_context(request, grant, name, form=form, kept_at=kept_at)
    return TemplateResponse(request, "children/campaign_open.html", context)


def _permitted(grant: Grant, campaign_id: int) -> Campaign:
    rows = Campaign.objects.permitted(grant).select_related(
        "area", "opened_by__user", "closed_by__user", "closed_by__area"
    )
    return get_object_or_404(rows, pk=campaign_id)


def _inside(asked: str, grant: Grant, campaign: Campaign) -> str:
    """The place asked for, as long as it lies in our area and in the round's."""
    own = max(grant.area_code or "", campaign.area_id, key=len)
    return asked if asked.isdecimal() and asked.isascii() and asked.startswith(own) else own


@require_GET
@requires(Permission.CAMPAIGN_VIEW)
def campaign_detail(request: Request, grant: Grant, campaign_id: int) -> HttpResponse:
    """How far the places are. `?inside=` a place: those below it."""
    campaign = _permitted(grant, campaign_id)
    inside = _inside(request.GET.get("inside", ""), grant, campaign)
    digits = NEXT_LEVEL.get(len(inside), 12)
    answers = CampaignAnswer.objects.permitted(grant).filter(campaign=campaign).inside(inside)
    figures = answers.by_place(digits)
    names = area_names([inside, *(code for code, _figures in figures)])
    of_village = _answers_of(answers) if digits == 12 else {}
    lines = [(code, names.get(code, code), of_village.get(code), row) for code, row in figures]
    if of_village:  # those to be reminded first
        lines.sort(key=lambda line: line[2].is_answered if line[2] else True)
    context = {
        "campaign": campaign, "inside": inside, "place": names.get(inside, inside),
        "lines": lines, "total": total(figures), "are_villages": digits == 12,
        "is_above": inside != max(grant.area_code or "", campaign.area_id, key=len),
        "chart": _chart(lines), "today": timezone.localdate(), "moment": timezone.now(),
        "may_close": _may_close(grant, campaign), **form_context(request, grant, ""),
    }  # fmt: skip
    template = "children/campaign_detail.html" + ("#progress" if request.htmx else "")
    return TemplateResponse(request, template, context)


def _answers_of(answers: Any) -> dict[str, Any]:
    """Code → answer, with the day of its last reminder; only villages of one township."""
    rows = answers.annotate(reminded_on=Max("reminders__reminded_on"))
    return {row.place_id: row for row in rows}


def _chart(lines: list[tuple[str, str, Any, dict[str, int]]]) -> Any:
    bars = [Bar(name, row["answered"], row["places"]) for _code, name, _answer, row in lines]
    return bar_chart(bars, title=_("Places that have answered"))


def _may_close(grant: Grant, campaign: Campaign) -> bool:
    """Its own area, or one above: not a county a round of its prefecture."""
    ours = campaign.area_id.startswith(grant.area_code or "~")
    return ours and grant.allows(Permission.CAMPAIGN_OPEN) and not campaign.is_closed


@require_POST
@requires(Permission.CAMPAIGN_REMIND)
@once
def campaign_remind(request: Request, grant: Grant, campaign_id: int) -> HttpResponse:
    campaign = _permitted(grant, campaign_id)
    inside = _inside(request.POST.get("inside", ""), grant, campaign)
    now = timezone.now()
    if "inside" not in request.POST:
        return redirect("children:campaign_detail", campaign.pk)
    reminded = actions.remind(campaign=campaign, inside=inside, by=grant.posting, now=now)
    if settings.EMAIL_IS_SET and reminded:
        mail_reminders.defer(answer_ids=reminded, by_id=grant.posting.pk)
    if reminded:
        text = ngettext(
            "%(count)d place was reminded.", "%(count)d places were reminded.", len(reminded)
        )
        messages.success(request, text % {"count": len(reminded)})
    else:
        messages.info(request, _("Nobody was left to remind today."))
    address = reverse("children:campaign_detail", args=[campaign.pk])
    return redirect(f"{address}?inside={inside}")


@require_http_methods(["GET", "POST"])
@requires(Permission.CAMPAIGN_OPEN)
@once
def campaign_close(request: Request, grant: Grant, campaign_id: int) -> HttpResponse:
    campaign = _permitted(grant, campaign_id)
    if not _may_close(grant, campaign):
        messages.info(request, _("This round is closed, or another area closes it."))
        return redirect("children:campaign_detail", campaign.pk)
    name = f"children:campaign_close:{campaign.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = CampaignCloseForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_campaign(
                campaign=campaign, summary=form.cleaned_data["summary"], by=grant.posting,
                now=timezone.now(),
            )  # fmt: skip
        except actions.RoundIsClosed:
            messages.info(request, _("Somebody else has closed the round in the meantime."))
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("The round is closed and signed."))
        return redirect("children:campaign_detail", campaign.pk)
    answers = CampaignAnswer.objects.permitted(grant).filter(campaign=campaign)
    context = form_context(
        request, grant, name, form=form, kept_at=kept_at, campaign=campaign,
        total=total(answers.by_place(9)),
    )  # fmt: skip
    return TemplateResponse(request, "children/campaign_close.html", context)


def _asked(grant: Grant) -> Any:
    rows = CampaignAnswer.objects.permitted(grant).filter(is_over=False)
    return rows.filter(answered_at__isnull=True) if _is_village(grant) else rows


@compiled()
def _rounds(grant: Grant) -> Any:
    keys = ("campaign", "campaign__title", "campaign__due_on")
    found = _asked(grant).values(*keys).order_by("campaign__due_on", "campaign")
    found = found.annotate(
        places=Count("pk"), answered=Count("answered_at"), waiting=Sum("waiting"),
        answer=Min("pk"),
    )  # fmt: skip
    return found[:SHOWN]


def campaigns_block(grant: Grant, today: date) -> Any:
    """Home: a village's rounds without its answer; above it, the rounds that run. One query."""
    lines = [row | {"is_late": row["campaign__due_on"] < today} for row in _rounds(grant)]
    if not lines and not grant.allows(Permission.CAMPAIGN_OPEN):
        return None
    reminded = dict(
        _asked(grant)
        .filter(reminders__isnull=False)
        .values_list("pk")
        .annotate(on=Max("reminders__reminded_on"))
        if _is_village(grant) and lines
        else ()
    )
    for row in lines:
        row["reminded_on"] = reminded.get(row["answer"])
    return {"lines": lines, "is_village": _is_village(grant)}
