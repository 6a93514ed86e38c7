"""Home teaching: the plan, its visits, and the sheet that the guardian signs."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.models import Child, Guardianship, StaleRecord
from children.views.common import draft_initial, form_context, permitted_child
from schools.actions.home_teaching import log_home_visit, plan_home_teaching, sign_home_visit
from schools.forms.home_teaching import PlanForm, VisitForm, carers_of
from schools.models import Enrolment, HomeTeachingPlan, HomeTeachingVisit
from schools.models.home_teaching_hours import with_hours
from schools.models.norm import figures_on


@require_http_methods(["GET", "POST"])
@requires(Permission.HOME_TEACHING)
@once
def plan_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today, name = timezone.localdate(), f"schools:plan_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    rows = Enrolment.objects.permitted(grant).on(today).select_related("school__organisation")
    enrolment = rows.filter(child=child).first()
    norms = figures_on(today)
    start: dict[str, Any] = {
        "starts_on": today, "teacher": grant.posting.pk,
        "visits_per_week": norms["HOME_VISITS_PER_WEEK"],
        "lessons_per_visit": norms["HOME_LESSONS_PER_VISIT"],
        "lessons_per_year": norms["HOME_LESSONS_PER_YEAR"],
    }  # fmt: skip
    form = PlanForm(
        request.POST or None, child=child, enrolment=enrolment, today=today, initial=start | kept
    )
    if request.method == "POST" and form.is_valid():
        try:
            plan = plan_home_teaching(
                child=child, facts=form.facts, by=grant.user, now=timezone.now()
            )
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:plan_detail", child.case_number, plan.pk)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "schools/plan_add.html", context)


def _plan(grant: Grant, case_number: str, plan_id: int) -> tuple[Child, HomeTeachingPlan]:
    child = permitted_child(grant, case_number)
    rows = HomeTeachingPlan.objects.permitted(grant).with_hours()
    rows = rows.select_related("school__organisation", "teacher__user")
    plan = get_object_or_404(rows, pk=plan_id, child=child)
    plan.child = child
    return child, plan


@require_GET
@requires(Permission.ROLL_VIEW)
def plan_detail(request: Request, grant: Grant, case_number: str, plan_id: int) -> HttpResponse:
    """The plan with its visits; prints as the sheet that is signed at home."""
    child, plan = _plan(grant, case_number, plan_id)
    today = timezone.localdate()
    visits = HomeTeachingVisit.objects.permitted(grant).filter(plan=plan)
    context = form_context(
        request, grant, "", child=child, plan=with_hours([plan], today)[0], today=today,
        visits=visits.select_related("posting__user", "signed_by__guardian").order_by(
            "-happened_on", "-pk"
        ),
        carers=carers_of(plan, today),
    )  # fmt: skip
    return TemplateResponse(request, "schools/plan_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.HOME_TEACHING)
@once
def home_visit_add(request: Request, grant: Grant, case_number: str, plan_id: int) -> HttpResponse:
    child, plan = _plan(grant, case_number, plan_id)
    today, name = timezone.localdate(), f"schools:home_visit_add:{plan.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    start = {"happened_on": min(today, plan.ends_on), "lessons": plan.lessons_per_visit}
    form = VisitForm(request.POST or None, plan=plan, today=today, initial=start | kept)
    if request.method == "POST" and form.is_valid():
        try:
            log_home_visit(
                plan=plan, facts=form.cleaned_data, posting=grant.posting, now=timezone.now()
            )
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:plan_detail", child.case_number, plan.pk)
    context = form_context(request, grant, name, form=form, child=child, plan=plan, kept_at=kept_at)
    return TemplateResponse(request, "schools/home_visit_add.html", context)


@require_POST
@requires(Permission.HOME_TEACHING)
@once
def home_visit_sign(request: Request, grant: Grant, case_number: str, plan_id: int) -> HttpResponse:
    """`visit` of the plan is signed by the guardianship `signed_by`."""
    child, plan = _plan(grant, case_number, plan_id)
    visits = HomeTeachingVisit.objects.permitted(grant).filter(plan=plan, signed_by__isnull=True)
    visit = get_object_or_404(visits, pk=whole_number(request.POST.get("visit", "")))
    cares = Guardianship.objects.permitted(grant).filter(child=child).on(timezone.localdate())
    care = get_object_or_404(cares, pk=whole_number(request.POST.get("signed_by", "")))
    try:
        sign_home_visit(visit=visit, guardianship=care, by=grant.user, now=timezone.now())
    except StaleRecord:
        messages.warning(request, _("Somebody else changed this visit just now; look again."))
    else:
        messages.success(request, _("Saved."))
    return redirect("schools:plan_detail", child.case_number, plan.pk)
