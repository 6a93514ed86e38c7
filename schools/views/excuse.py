"""Approving a lawful reason out of class, and ending it before its day."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.models import StaleRecord
from children.views.common import draft_initial, form_context, permitted_child
from schools.actions.excuse import approve_excuse, end_excuse
from schools.forms.excuse import EndExcuseForm, ExcuseForm
from schools.models import Excuse


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_EXCUSE)
@once
def excuse_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today, name = timezone.localdate(), f"schools:excuse_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    start: dict[str, Any] = {"starts_on": today, "approved_on": today}
    form = ExcuseForm(
        request.POST or None, grant=grant, child=child, today=today, initial=start | kept
    )
    if request.method == "POST" and form.is_valid():
        try:
            approve_excuse(
                child=child, facts=form.cleaned_data, by=grant.user, now=timezone.now(),
                today=today,
            )  # fmt: skip
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:child_school", child.case_number)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "schools/excuse_add.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_EXCUSE)
@once
def excuse_end(request: Request, grant: Grant, case_number: str, excuse_id: int) -> HttpResponse:
    child = permitted_child(grant, case_number)
    excuse = get_object_or_404(Excuse.objects.permitted(grant), pk=excuse_id, child=child)
    today = timezone.localdate()
    form = EndExcuseForm(request.POST or None, excuse=excuse, initial={"last_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            end_excuse(
                excuse=excuse, **form.cleaned_data, by=grant.user, now=timezone.now(), today=today
            )
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        except StaleRecord:
            form.add_error(None, _("Somebody else changed this reason just now; look again."))
        else:
            messages.success(request, _("Saved."))
            return redirect("schools:child_school", child.case_number)
    context = form_context(request, grant, "", form=form, child=child, excuse=excuse)
    return TemplateResponse(request, "schools/excuse_end.html", context)
