"""The care plan of a child: read and printed, begun, looked at again; its steps."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from children.actions import care_plan as actions
from children.actions.promises import PromiseBroken
from children.extensions import only_with
from children.forms.care_plan import CarePlanForm, CareReviewForm, CareStepDoneForm, CareStepForm
from children.models import CareAction, CarePlan, Child, StaleRecord
from children.models.compiled import compiled
from children.models.due import WEEK
from children.models.overview import Due

from .common import draft_initial, form_context, is_ours, our_child, permitted_child, typed_version

FORMER = 10
SHOWN = 20


@require_GET
@requires(Permission.VISIT_VIEW)
def plan_detail(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="care_plan",
    )  # fmt: skip
    rows = CarePlan.objects.permitted(grant).filter(child=child).select_related("author__user")
    former = rows.filter(ended_on__isnull=False).order_by("-ended_on", "-pk")
    context = {
        "child": child, "is_ours": is_ours(child, grant), "former": former[:FORMER],
        "today": timezone.localdate(), **_open(child, grant),
    }  # fmt: skip
    return TemplateResponse(request, "children/plan_detail.html", context)


def _open(child: Child, grant: Grant) -> dict[str, Any]:
    """The running plan and its steps, those still to be done first; asked once for a page."""
    if "open_plan" not in child.__dict__:
        child.__dict__["open_plan"] = _ask_open(child, grant)
    found: dict[str, Any] = child.__dict__["open_plan"]
    return found


def _ask_open(child: Child, grant: Grant) -> dict[str, Any]:
    plan = _plan.first(grant, child=child.pk)
    return {"plan": plan, "steps": _steps(grant, plan=plan.pk) if plan else []}


@compiled(by_key=True)
def _plan(grant: Grant, child: Any) -> Any:
    rows = CarePlan.objects.permitted(grant).filter(child=child, ended_on__isnull=True)
    return rows.select_related("author__user").order_by("pk")[:1]


@compiled(by_key=True)
def _steps(grant: Grant, plan: Any) -> Any:
    steps = CareAction.objects.permitted(grant).filter(plan=plan).select_related("office")
    return steps.order_by("due_on", "pk")


def _running(grant: Grant, child: Child) -> CarePlan:
    rows = CarePlan.objects.permitted(grant).filter(child=child, ended_on__isnull=True)
    return get_object_or_404(rows)


def _answer(
    request: Request, grant: Grant, child: Child, name: str, form: Any, act: Any, **more: Any
) -> HttpResponse:
    """The form, or after `act()` the `page`; what the database refuses stands at the form."""
    more.setdefault("page", reverse("children:plan_detail", args=[child.case_number]))
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except StaleRecord:
            form.add_error(None, _("Somebody else changed it. Open the page again."))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect(more["page"])
    context = form_context(request, grant, name, form=form, child=child, **more)
    return TemplateResponse(request, "children/plan_form.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_KEEP)
@once
def plan_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    now, name = timezone.now(), f"children:plan_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = CarePlanForm(request.POST or None, today=timezone.localdate(now), initial=kept)

    def begin() -> None:
        facts = form.cleaned_data | {"starts_on": timezone.localdate(now)}
        actions.begin_plan(child=child, facts=facts, author=grant.posting, now=now)

    title = _("Begin a care plan")
    return _answer(request, grant, child, name, form, begin, title=title, kept_at=kept_at)


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_KEEP)
@once
def plan_review(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    plan = _running(grant, child)
    now, name = timezone.now(), f"children:plan_review:{plan.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = CareReviewForm(
        request.POST or None, today=timezone.localdate(now),
        initial={"goals": plan.goals, "result": ""} | kept,
    )  # fmt: skip

    def review() -> None:
        actions.review_plan(
            plan=plan, version=typed_version(request), facts=form.cleaned_data, by=grant.user,
            now=now,
        )  # fmt: skip

    return _answer(
        request, grant, child, name, form, review, title=_("Review the care plan"),
        kept_at=kept_at, version=plan.version,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_KEEP)
@once
def step_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    plan = _running(grant, child)
    now, name = timezone.now(), f"children:step_add:{plan.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = CareStepForm(
        request.POST or None, today=timezone.localdate(now), child=child, now=now, initial=kept
    )

    def add() -> None:
        actions.add_step(plan=plan, facts=form.cleaned_data, by=grant.user, now=now)

    return _answer(request, grant, child, name, form, add, title=_("Add a step"), kept_at=kept_at)


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_KEEP)
@once
def step_done(request: Request, grant: Grant, case_number: str, step_id: int) -> HttpResponse:
    child = our_child(grant, case_number)
    rows = CareAction.objects.permitted(grant).filter(plan=_running(grant, child))
    step = get_object_or_404(rows, pk=step_id)
    now, name = timezone.now(), f"children:step_done:{step.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    today = timezone.localdate(now)
    told = {"done_on": step.done_on or today, "outcome": step.outcome}
    form = CareStepDoneForm(request.POST or None, today=today, initial=told | kept)

    def finish() -> None:
        actions.finish_step(
            step=step, version=typed_version(request), facts=form.cleaned_data, by=grant.user,
            now=now,
        )  # fmt: skip

    return _answer(
        request, grant, child, name, form, finish, title=_("Step done") + f": {step.what}",
        kept_at=kept_at, version=step.version,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_VIEW)
@once
def step_of_office(request: Request, grant: Grant, case_number: str, step_id: int) -> HttpResponse:
    """Done by the office or school that answers for it, which reads no more of the plan."""
    child = permitted_child(grant, case_number)
    rows = CareAction.objects.permitted(grant).of_office(grant).open().filter(child=child)
    step = get_object_or_404(rows, pk=step_id)
    now, name = timezone.now(), f"children:step_of_office:{step.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    today = timezone.localdate(now)
    form = CareStepDoneForm(request.POST or None, today=today, initial={"done_on": today} | kept)

    def finish() -> None:
        actions.finish_step(
            step=step, version=typed_version(request), facts=form.cleaned_data, by=grant.user,
            now=now,
        )  # fmt: skip

    page = reverse("children:child_detail", args=[child.case_number])
    return _answer(
        request, grant, child, name, form, finish, title=_("Step done") + f": {step.what}",
        kept_at=kept_at, version=step.version, page=page,
    )  # fmt: skip


# On the child's page and home --------------------------------------------------------------------


def plan_panel(child: Child, grant: Grant, today: date) -> Any:
    return {"child": child, "is_ours": is_ours(child, grant), "today": today, **_open(child, grant)}


@only_with(CarePlan)
def due_of_plan(child: Child, grant: Grant, today: date) -> list[Due]:
    """The review and the steps that are due within a week."""
    if not grant.allows(Permission.VISIT_VIEW):
        return []
    url = reverse("children:plan_detail", args=[child.case_number])
    found = _open(child, grant)
    days = [(step.what, step.due_on) for step in found["steps"] if step.done_on is None]
    if found["plan"] is not None:
        days.append((_("Review of the care plan"), found["plan"].review_on))
    return [
        Due(
            _("%(what)s by %(day)s") % {"what": what, "day": date_format(day, "SHORT_DATE_FORMAT")},
            "", is_overdue=day < today, url=url,
        )
        for what, day in sorted(days, key=lambda row: row[1]) if day <= today + WEEK
    ]  # fmt: skip


@compiled()
def _of_office(grant: Grant, until: Any) -> Any:
    rows = CareAction.objects.permitted(grant).of_office(grant).open()
    rows = rows.filter(due_on__lte=until).select_related("child").order_by("due_on", "pk")
    return rows[: SHOWN + 1]


def office_steps(grant: Grant, today: date) -> Any:
    """Home of an office or school: open steps that it answers for, due within a week; one query."""
    found = _of_office(grant, until=today + WEEK)
    if not found:
        return None
    return {"rows": found[:SHOWN], "has_more": len(found) > SHOWN, "today": today}
