"""How a child does: observations and scores over time, and this month's checklist."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.extensions import only_with
from children.models import Child
from children.models.overview import Due
from children.views.common import draft_initial, form_context, permitted_child
from schools.actions.observation import observe
from schools.charts import Series, line_chart
from schools.forms.observation import ObservationForm
from schools.models import (
    Consent,
    CounsellingSession,
    Observation,
    Pairing,
    Referral,
    ReferralState,
    ScreeningResult,
)
from schools.models.checklist import checklist_in_force
from schools.models.wellbeing import Course

SHOWN = 20


@require_GET
@requires(Permission.OBSERVE)
def wellbeing(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="wellbeing",
    )  # fmt: skip
    month = timezone.localdate().replace(day=1)
    course = Course(child, grant)
    mine = course.mine(grant, month)
    context: dict[str, Any] = {
        "child": child, "course": course, "mine": mine, "month": month,
        "reminders": [i for i, n, _w in mine.answers if i.reminds_to_report and n] if mine else [],
        "referrals": _referrals(child, grant),
    }  # fmt: skip
    if grant.allows(Permission.WELLBEING_VIEW):
        context |= {"screenings": _screenings(child, grant), "consents": _consents(child, grant)}
    return TemplateResponse(request, "schools/wellbeing.html", context)


def _referrals(child: Child, grant: Grant) -> list[Referral]:
    rows = Referral.objects.permitted(grant).filter(child=child).select_related("counsellor")
    return list(rows.order_by("-opened_at", "-pk")[:SHOWN])


def _consents(child: Child, grant: Grant) -> list[Consent]:
    rows = Consent.objects.permitted(grant).filter(child=child)
    rows = rows.select_related("guardianship__guardian")
    return list(rows.order_by("-given_on", "-pk")[:SHOWN])


def _screenings(child: Child, grant: Grant) -> list[dict[str, Any]]:
    """Instrument by instrument: newest first, and the line of those that count.

    Of one day the last entered holds.
    """
    rows = ScreeningResult.objects.permitted(grant).filter(child=child)
    rows = rows.select_related("tool", "band", "entered_by__user", "withdrawal__withdrawn_by")
    by_tool: dict[Any, list[ScreeningResult]] = {}
    for row in rows.order_by("-taken_on", "-pk")[: 3 * SHOWN]:
        by_tool.setdefault(row.tool, []).append(row)
    found = []
    for tool, results in by_tool.items():
        points = {r.taken_on: r.score for r in reversed(results) if not r.is_withdrawn}
        chart = line_chart([Series(str(tool), sorted(points.items()))], title=str(tool))
        found.append({"tool": tool, "rows": results, "chart": chart if len(points) > 1 else ""})
    return found


@require_http_methods(["GET", "POST"])
@requires(Permission.OBSERVE)
@once
def observation_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today, name = timezone.localdate(), f"schools:observation_add:{child.pk}"
    checklist = checklist_in_force(today)
    items = list(checklist.items.order_by("position")) if checklist else []
    kept, kept_at = draft_initial(request, grant, name)
    initial = kept | {"checklist": checklist.pk if checklist else None}
    form = ObservationForm(request.POST or None, items=items, initial=initial)
    if request.method == "POST" and checklist and form.is_valid():
        if form.cleaned_data["checklist"] != checklist.pk:
            form.add_error(None, _("The checklist was changed meanwhile: look at the questions."))
        else:
            found = _send(child, grant, checklist, form)
            if found is not None:
                drafts.discard(grant=grant, form=name)
                messages.success(request, _told(found))
                return redirect("schools:wellbeing", child.case_number)
    sent = Observation.objects.permitted(grant).filter(
        child=child, observed_by=grant.user, month=today.replace(day=1)
    )
    context = form_context(
        request, grant, name, form=form, child=child, kept_at=kept_at, checklist=checklist,
        month=today, is_sent=sent.exists(),
    )  # fmt: skip
    return TemplateResponse(request, "schools/observation_add.html", context)


def _send(child: Child, grant: Grant, checklist: Any, form: ObservationForm) -> list[str] | None:
    """Grounds of a referral; None when the database refused, which the form then says."""
    try:
        return observe(
            child=child, observer=grant.posting, checklist=checklist, levels=form.levels,
            remark=form.cleaned_data["remark"], now=timezone.now(), today=timezone.localdate(),
        )  # fmt: skip
    except PromiseBroken as broken:
        form.add_error(None, broken.message)
        return None


def _told(grounds: list[str]) -> str:
    if grounds:
        return _("Sent. The counsellor and the lead of the school have been told.")
    return _("Sent.")


# On the child's pages ---------------------------------------------------------------------------


def wellbeing_panel(child: Child, grant: Grant, today: date) -> Any:
    course = Course(child, grant)
    month = today.replace(day=1)
    return {
        "child": child, "course": course, "mine": course.mine(grant, month), "month": month,
        "strong": [sign for sign in course.signs if sign.is_strong],
    }  # fmt: skip


def counselling_panel(child: Child, grant: Grant, today: date) -> Any:
    """That sessions took place; referrals for who may know of them."""
    rows = CounsellingSession.objects.permitted(grant).filter(child=child)
    sessions = list(rows.select_related("counsellor").order_by("-held_on", "-pk")[:SHOWN])
    referrals = _referrals(child, grant)
    if not sessions and not referrals:
        return None
    return {"child": child, "sessions": sessions, "referrals": referrals}


@only_with(Referral, Pairing)
def due_wellbeing(child: Child, grant: Grant, today: date) -> list[Due]:
    """A referral nobody has taken; this month's observation, for who is paired with the child."""
    if not grant.allows(Permission.OBSERVE):
        return []
    found = []
    if grant.allows(Permission.WELLBEING_VIEW):
        rows = Referral.objects.permitted(grant).filter(child=child, state=ReferralState.OPEN)
        found = [
            Due(
                _("A referral waits for a counsellor."), "", is_overdue=row.is_urgent,
                url=reverse("schools:referral_detail", args=[child.case_number, row.pk]),
            )
            for row in rows
        ]  # fmt: skip
    paired = (
        Pairing.objects.permitted(grant)
        .on(today)
        .filter(child=child, helper__in=grant.posting.desks)
    )
    sent = Observation.objects.permitted(grant).filter(
        child=child, observed_by=grant.user, month=today.replace(day=1)
    )
    if paired.exists() and not sent.exists():
        url = reverse("schools:observation_add", args=[child.case_number])
        found.append(Due(_("Observe how the child does this month."), "", url=url))
    return found


def referrals_block(grant: Grant, today: date) -> Any:
    """Open referrals of the reader's school, and which of them are the reader's to look after."""
    rows = Referral.objects.permitted(grant).open()
    rows = rows.filter(organisation=grant.posting.organisation_id)
    rows = rows.select_related("child", "counsellor")
    found = list(rows.most_pressing_first()[: SHOWN + 1])
    if not found:
        return None
    leads = grant.allows(Permission.GROUP_LEAD)
    return {
        "rows": found[:SHOWN], "has_more": len(found) > SHOWN, "leads": leads, "me": grant.user.pk,
    }  # fmt: skip
