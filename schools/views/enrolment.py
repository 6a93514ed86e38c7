"""Putting a child on a roll, and taking off."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.extensions import begun, followed
from children.models import Child
from children.rules.identifiers import roll_number_differs
from children.views.common import draft_initial, form_context, permitted_child
from schools.actions.enrolment import STILL_THE_SCHOOLS, RollChanged, enrol, leave
from schools.forms.enrolment import EnrolmentForm, LeaveForm
from schools.models import EndReason, Enrolment, EnrolmentStatus, School, Stage
from schools.rules.move_up import upwards


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_KEEP)
@once
def enrolment_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today, name = timezone.localdate(), f"schools:enrolment_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    held = Enrolment.objects.permitted(grant).filter(child=child)
    held = held.select_related("school__organisation")
    current = held.filter(ends_on__isnull=True).first()
    last = current or held.order_by("-ends_on", "-pk").first()
    start: dict[str, Any] = {"starts_on": today} | begun(request, grant, child, "enrolment")
    if last is not None:
        start |= _as_before(last)
    form = EnrolmentForm(
        request.POST or None, grant=grant, today=today, current=current, last=last,
        initial=start | kept,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            enrol(
                child=child, facts=form.facts, reason=form.cleaned_data.get("reason", ""),
                by=grant.user, now=timezone.now(), today=today, shown=_shown(request),
            )  # fmt: skip
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        except RollChanged:
            form.add_error(None, _roll_changed(current))
        else:
            drafts.discard(grant=grant, form=name)
            _tell(request, grant, child, form.facts["school"])
            followed(request, grant, child, "enrolment")
            if roll_number_differs(form.facts["roll_number"], child.id_number):
                messages.warning(
                    request,
                    _("The roll number holds another ID number than the file: compare the two."),
                )
            return _back(grant, child)
    context = form_context(
        request, grant, name, form=form, child=child, kept_at=kept_at, current=current
    )
    return TemplateResponse(request, "schools/enrolment_add.html", context)


def _shown(request: Request) -> int | None:
    """The row of the roll that the page showed, 0 for none; None for a page that named none."""
    return whole_number(request.POST.get("shown", ""))


def _roll_changed(current: Enrolment | None) -> str:
    """Saving again goes on from here."""
    if current is None:
        return _("Meanwhile somebody took the child off the roll. Check, then save again.")
    text = _("Meanwhile somebody put the child here: %(place)s. Check, then save again.")
    return text % {"place": f"{current.school.name} {current.class_label}"}


def _as_before(row: Enrolment) -> dict[str, Any]:
    """What a next row of the roll usually has; after graduation the next stage begins."""
    facts = {
        "stage": row.stage, "grade": row.grade, "is_boarding": row.is_boarding,
        "placement": row.placement,
    }  # fmt: skip
    if row.ends_on is None:
        return facts | {"school": row.school_id, "class_name": row.class_name}
    step = upwards(row.stage, row.grade, Stage.values)
    if row.end_reason == EndReason.GRADUATED and step is not None:
        facts |= {"stage": step.stage, "grade": step.grade}
    if row.end_reason in STILL_THE_SCHOOLS:
        facts |= {"school": row.school_id, "class_name": row.class_name}
        facts["status"] = EnrolmentStatus.RETURNED
    return facts


def _is_seen(grant: Grant, child: Child) -> bool:
    return Child.objects.permitted(grant).filter(pk=child.pk).exists()


def _tell(request: Request, grant: Grant, child: Child, school: School | None) -> None:
    """To whom the child went, where the reader's own school sees the file no more."""
    if _is_seen(grant, child):
        messages.success(request, _("Saved."))
    elif school is None:
        text = _("%(name)s has left. Your school does not see the file any more.")
        messages.success(request, text % {"name": child.name})
    else:
        text = _("%(name)s is now at %(school)s. Your school does not see the file any more.")
        messages.success(request, text % {"name": child.name, "school": school.name})


def _back(grant: Grant, child: Child) -> HttpResponse:
    if _is_seen(grant, child):
        return redirect("schools:child_school", child.case_number)
    return redirect("home")  # a school that let a child go sees it no more


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_KEEP)
@once
def enrolment_end(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today = timezone.localdate()
    rows = Enrolment.objects.permitted(grant).select_related("school__organisation")
    current = rows.filter(child=child, ends_on__isnull=True).first()
    if current is None:
        messages.warning(request, _("The child is on no roll any more."))
        return redirect("schools:child_school", child.case_number)
    form = LeaveForm(request.POST or None, current=current, today=today, initial={"left_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            leave(
                child=child, **form.cleaned_data, by=grant.user, now=timezone.now(), today=today,
                shown=_shown(request),
            )  # fmt: skip
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        except RollChanged:
            form.add_error(None, _roll_changed(current))
        else:
            _tell(request, grant, child, None)
            return _back(grant, child)
    context = form_context(request, grant, "", form=form, child=child, current=current)
    return TemplateResponse(request, "schools/enrolment_end.html", context)
