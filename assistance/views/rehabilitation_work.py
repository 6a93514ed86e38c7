"""What rehabilitation asks for: of a place, on a child's page, on the page of aid."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from assistance.models import RehabilitationApplication, RehabilitationPlan
from assistance.models.rehabilitation_ledger import plans_of_child, worrying_plans
from assistance.rules.rehabilitation import Worry
from children.extensions import only_with
from children.models import Child
from children.models.overview import Due
from children.views.common import is_ours

MOST = 200


@require_GET
@requires(Permission.AID_VIEW)
def rehab_work(request: Request, grant: Grant) -> HttpResponse:
    """Applications that wait, and plans with a gap or an unused rest."""
    waiting = RehabilitationApplication.objects.permitted(grant).waiting()
    waiting = waiting.select_related("child", "entered_by").order_by("entered_at", "pk")
    proposed = RehabilitationPlan.objects.permitted(grant).waiting()
    proposed = proposed.select_related("child", "institution", "proposed_by")
    today = timezone.localdate()
    context = {
        "proposed": proposed.order_by("proposed_at", "pk")[:MOST],
        "waiting": waiting[:MOST], "plans": worrying_plans(grant, today, MOST), "today": today
    }  # fmt: skip
    return TemplateResponse(request, "assistance/rehab_work.html", context)


def _of_child(
    child: Child, grant: Grant, today: date
) -> tuple[list[RehabilitationApplication], list[RehabilitationPlan]]:
    """Asked once for a page: panel and due work tell of the same rows."""
    if "rehabilitation" not in child.__dict__:
        rows = RehabilitationApplication.objects.permitted(grant).filter(child=child)
        applications = list(rows.order_by("-applied_on", "-pk"))
        # Without an application there is no plan.
        plans = plans_of_child(child, grant, today) if applications else []
        child.__dict__["rehabilitation"] = applications, plans
    found: tuple[Any, Any] = child.__dict__["rehabilitation"]
    return found


def rehab_panel(child: Child, grant: Grant, today: date) -> dict[str, Any]:
    """Applications without a plan, and the plans."""
    applications, plans = _of_child(child, grant, today)
    planned = {plan.application_id for plan in plans}
    return {
        "child": child, "is_ours": is_ours(child, grant), "plans": plans, "today": today,
        "applications": [row for row in applications if row.pk not in planned],
    }  # fmt: skip


@only_with(RehabilitationApplication)
def rehab_panel_of_file(child: Child, grant: Grant, today: date) -> dict[str, Any] | None:
    """On the child's page only where there is something to tell."""
    applications, _plans = _of_child(child, grant, today)
    return rehab_panel(child, grant, today) if applications else None


@only_with(RehabilitationApplication)
def rehab_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """An application that waits for its decision; plans with a gap or an unused rest."""
    if not grant.allows(Permission.AID_VIEW):
        return []
    applications, plans = _of_child(child, grant, today)
    found = [
        Due(
            _("An application for rehabilitation waits for its decision."), "",
            url=reverse("assistance:rehab_detail", args=[child.case_number, row.pk]),
        )
        for row in applications
        if row.is_waiting and row.entered_by_id != grant.user.pk
        and grant.allows(Permission.AID_CONFIRM)
    ]  # fmt: skip
    for plan in plans:
        if plan.is_proposed and plan.proposed_by_id != grant.user.pk:
            found += _plan_due(plan, child, grant)
        url = reverse("assistance:rehab_plan", args=[child.case_number, plan.pk])
        found += [Due(words, "", url=url) for words in worries_in_words(plan)]
    return found


def _plan_due(plan: RehabilitationPlan, child: Child, grant: Grant) -> list[Due]:
    if not grant.allows(Permission.AID_CONFIRM):
        return []
    url = reverse("assistance:rehab_plan", args=[child.case_number, plan.pk])
    return [Due(_("A rehabilitation plan and its money wait for a second person."), "", url=url)]


def worries_in_words(plan: RehabilitationPlan) -> list[str]:
    since = plan.ledger.last_on or plan.starts_on
    day = formats.date_format(since, "SHORT_DATE_FORMAT")
    end = formats.date_format(plan.ends_on, "SHORT_DATE_FORMAT")
    left = plan.sessions - plan.ledger.attended
    words = {
        Worry.GAP: _("Rehabilitation: no session since %(day)s.") % {"day": day},
        Worry.UNUSED: _("Rehabilitation: %(left)s sessions are left and lapse on %(day)s.")
        % {"left": left, "day": end},
    }
    return [words[worry] for worry in plan.worries]
