"""Assessing the risk of a child, and what was assessed before."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.actions.risk import assess_risk
from children.forms.risk import RiskForm
from children.models import Child, RiskAssessment
from children.models.cadence import by_points
from children.models.compiled import compiled
from children.models.risk import labels_of

from .common import draft_initial, form_context, is_ours, our_child, several

SHOWN = 5


@require_http_methods(["GET", "POST"])
@requires(Permission.RISK_ASSESS)
@once
def risk_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    now, name = timezone.now(), f"children:risk_add:{child.pk}"
    today = timezone.localdate(now)
    kept, kept_at = draft_initial(request, grant, name)
    last = _newest(child, grant).first()
    offered = {"signs": last.signs if last else [], "level": ""} | several(kept, "signs")
    form = RiskForm(request.POST or None, now=now, today=today, initial=offered)
    if request.method == "POST" and form.is_valid():
        try:
            row = assess_risk(child=child, assessor=grant.posting, now=now, **form.cleaned_data)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            told = {"level": row.get_level_display(), "points": row.points}
            messages.success(request, _("Risk: %(level)s (%(points)s points).") % told)
            return redirect(reverse("children:child_detail", args=[child.case_number]) + "#risk")
    context = form_context(
        request, grant, name, form=form, child=child, kept_at=kept_at, last=last,
        levels=by_points(today),
    )  # fmt: skip
    return TemplateResponse(request, "children/risk_add.html", context)


@compiled(by_key=True)
def _shown(grant: Grant, child: Any) -> Any:
    return _newest(child, grant)[:SHOWN]


def _newest(child: Any, grant: Grant) -> Any:
    rows = RiskAssessment.objects.permitted(grant).filter(child=child)
    return rows.select_related("assessor__user").order_by("-assessed_on", "-pk")


def risk_panel(child: Child, grant: Grant, today: date) -> Any:
    """The last assessments with their reasons; two queries."""
    rows = _shown(grant, child=child.pk)
    labels = labels_of({code for row in rows for code in row.signs}, today) if rows else {}
    lines = [(row, [labels[code] for code in row.signs]) for row in rows]
    return {"child": child, "lines": lines, "is_ours": is_ours(child, grant)}
