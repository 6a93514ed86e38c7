"""The red button: 110 first, a short form, and what is done about a report by those told of it.

Addresses of reports stand under the child; nothing of them is written into the access log, which
more people read than may know of a report: its history says who did what.
"""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.models import AccessKind
from accounts.once import once
from children.actions import concern as actions
from children.actions.promises import PromiseBroken
from children.extensions import followed, only_with
from children.forms.concern import ConcernForm, ConcernStepForm, PoliceForm
from children.models import Child, Concern, Placement
from children.models.compiled import compiled
from children.models.overview import Due

from .common import draft_initial, form_context, is_ours, permitted_child, several

SHOWN = 20


@require_http_methods(["GET", "POST"])
@requires(Permission.CONCERN_REPORT)
@once
def concern_add(request: HttpRequest, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    now, name = timezone.now(), f"children:concern_add:{child.pk}"
    today = timezone.localdate(now)
    kept, kept_at = draft_initial(request, grant, name)
    form = ConcernForm(
        request.POST or None, child=child, today=today, now=now,
        initial={"happened_on": today} | several(kept, "cases"),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.report_harm(
                child=child, facts=form.cleaned_data, reporter=grant.posting, now=now
            )
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            return redirect("children:concern_own", child.case_number, row.pk)
    context = form_context(
        request, grant, name, form=form, child=child, kept_at=kept_at, mine=_mine(child, grant)
    )
    return TemplateResponse(request, "children/concern_add.html", context)


def _mine(child: Child, grant: Grant) -> list[Concern]:
    rows = Concern.objects.permitted(grant).filter(child=child, reported_by=grant.user)
    return list(rows.order_by("-reported_at")[:SHOWN])


@require_http_methods(["GET", "POST"])
@requires(Permission.CONCERN_REPORT)
@once
def concern_own(
    request: HttpRequest, grant: Grant, case_number: str, concern_id: int
) -> HttpResponse:
    """What its reporter sees of a report: that it stands, and the call to the police to add."""
    child = permitted_child(grant, case_number)
    rows = Concern.objects.permitted(grant).filter(reported_by=grant.user)
    row = get_object_or_404(rows, pk=concern_id, child=child)
    now = timezone.now()
    told = {"police_called_at": row.police_called_at, "police_receipt": row.police_receipt}
    form = PoliceForm(request.POST or None, now=now, initial=told)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.add_police_call(
            concern=row, called_at=data["police_called_at"], receipt=data["police_receipt"],
            by=grant.user, now=now,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("children:concern_own", child.case_number, row.pk)
    context = form_context(request, grant, "", form=form, child=child, concern=row)
    return TemplateResponse(request, "children/concern_own.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CONCERN_VIEW)
@once
def concern_detail(
    request: HttpRequest, grant: Grant, case_number: str, concern_id: int
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    rows = Concern.objects.permitted(grant).select_related(
        "reported_by", "reporter__area", "reporter__organisation", "guardianship__guardian",
        "acknowledged_by",
    )  # fmt: skip
    row = get_object_or_404(rows, pk=concern_id, child=child)
    row.child = child
    form = ConcernStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _carry_out(row, form.cleaned_data, grant):
            messages.success(request, _("The step was recorded."))
            step = form.cleaned_data["step"].lower()
            followed(request, grant, child, f"concern_{step}", row)
            return redirect("children:concern_detail", child.case_number, row.pk)
        form.add_error(None, _("Somebody else has taken a step in the meantime. Look at it again."))
        row = get_object_or_404(rows, pk=concern_id, child=child)
    elif request.method == "GET":
        record(
            grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
            area_code=child.managing_area_id, subject="child",
        )  # fmt: skip
    context = form_context(
        request, grant, "", form=form, child=child, concern=row,
        steps=row.steps.select_related("by"), **_placements(row, grant),
    )  # fmt: skip
    return TemplateResponse(request, "children/concern_detail.html", context)


def _placements(row: Concern, grant: Grant) -> dict[str, Any]:
    """Temporary guardianships that followed from the report; whether another may be recorded."""
    rows = Placement.objects.permitted(grant).filter(concern=row).order_by("-starts_on")
    may_place = is_ours(row.child, grant) and grant.allows(Permission.PLACEMENT_KEEP)
    return {"placements": list(rows[:SHOWN]), "may_place": may_place}


def _carry_out(row: Concern, typed: dict[str, Any], grant: Grant) -> bool:
    """False when the step does not fit the state any more."""
    common: dict[str, Any] = {"concern": row, "by": grant.user, "now": timezone.now()}
    text, step = typed["text"], typed["step"]
    try:
        if step == "ACKNOWLEDGE":
            actions.acknowledge(**common)
        elif step == "NOTE":
            actions.add_step(text=text, **common)
        elif step == "CLOSE":
            actions.close_concern(outcome=typed["outcome"], text=text, **common)
        else:
            actions.reopen_concern(text=text, **common)
    except actions.NotNow:
        return False
    return True


# On the child's page and on the home page, for those told of reports ------------------------------


@only_with(Concern)
def concerns_panel(child: Child, grant: Grant, today: date) -> Any:
    rows = Concern.objects.permitted(grant).filter(child=child).order_by("-reported_at")
    found = list(rows[:SHOWN])
    return {"child": child, "rows": found} if found else None


@only_with(Concern)
def due_concerns(child: Child, grant: Grant, today: date) -> list[Due]:
    if not grant.allows(Permission.CONCERN_VIEW):
        return []
    rows = Concern.objects.permitted(grant).filter(child=child).unacknowledged()
    return [
        Due(
            _("A report of harm waits for somebody to take note of it."), "", is_overdue=True,
            url=reverse("children:concern_detail", args=[child.case_number, row.pk]),
        )
        for row in rows.order_by("reported_at")[:SHOWN]
    ]  # fmt: skip


def _open(grant: Grant) -> Any:
    return Concern.objects.permitted(grant).open().select_related("child__residence_area")


@compiled()
def _waiting(grant: Grant) -> Any:
    return _open(grant).unacknowledged().order_by("reported_at")[: SHOWN + 1]


@compiled()
def _under_way(grant: Grant) -> Any:
    return _open(grant).filter(acknowledged_at__isnull=False).order_by("-reported_at")[:SHOWN]


def concerns_block(grant: Grant, today: date) -> Any:
    """Open reports, those nobody has taken note of first. Two queries at the most."""
    waiting, under_way = _waiting(grant), _under_way(grant)
    if not waiting and not under_way:
        return None
    return {"waiting": waiting[:SHOWN], "has_more": len(waiting) > SHOWN, "under_way": under_way}
