"""Scores of outside instruments, and the guardian's consent before them."""

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
from children.actions.record import add_record, change_record
from children.models import StaleRecord
from children.views.common import draft_initial, form_context, permitted_child
from schools.actions.screening import (
    AlreadyWithdrawn,
    NoConsent,
    OtherSchool,
    OutOfBands,
    enter_score,
    has_consent,
    withdraw_score,
)
from schools.forms.screening import ConsentForm, ScreeningForm, WithdrawForm, WithdrawScoreForm
from schools.models import Consent, ScreeningResult
from schools.rules.screening import needs_consent


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSEL)
@once
def screening_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today, name = timezone.localdate(), f"schools:screening_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = ScreeningForm(request.POST or None, today=today, initial={"taken_on": today} | kept)
    if request.method == "POST" and form.is_valid():
        try:
            enter_score(
                child=child, **form.cleaned_data, by=grant.posting, now=timezone.now(),
                today=today,
            )  # fmt: skip
        except NoConsent:
            form.add_error(
                "taken_on",
                _("The child was under 14 that day: record a guardian's consent first."),
            )
        except OutOfBands:
            form.add_error("score", _("This instrument has no such score."))
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:wellbeing", child.case_number)
    lacks = needs_consent(child.birth_date, today) and not has_consent(child, today)
    context = form_context(
        request, grant, name, form=form, child=child, kept_at=kept_at, lacks_consent=lacks
    )
    return TemplateResponse(request, "schools/screening_add.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSEL)
@once
def screening_withdraw(
    request: Request, grant: Grant, case_number: str, screening_id: int
) -> HttpResponse:
    """For a score that was entered wrongly; it stays on the page, struck."""
    child = permitted_child(grant, case_number)
    rows = ScreeningResult.objects.permitted(grant).counting()
    rows = rows.select_related("tool", "band", "entered_by__user")
    row = get_object_or_404(rows, pk=screening_id, child=child)
    form = WithdrawScoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_score(
                result=row, reason=form.cleaned_data["reason"], by=grant.posting,
                now=timezone.now(),
            )  # fmt: skip
        except OtherSchool:
            form.add_error(None, _("Another school entered this score: it alone withdraws it."))
        except AlreadyWithdrawn:
            form.add_error(None, _("Somebody else has withdrawn this score already."))
        else:
            messages.success(request, _("The score was withdrawn."))
            return redirect("schools:wellbeing", child.case_number)
    context = form_context(request, grant, "", form=form, child=child, row=row)
    return TemplateResponse(request, "schools/screening_withdraw.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSEL)
@once
def consent_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today, name = timezone.localdate(), f"schools:consent_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = ConsentForm(
        request.POST or None, child=child, today=today,
        initial={"given_on": today, "purpose": "SCREENING"} | kept,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            add_record(
                row=Consent(child=child, **form.cleaned_data), by=grant.user, now=timezone.now()
            )
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:wellbeing", child.case_number)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "schools/consent_add.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSEL)
@once
def consent_withdraw(
    request: Request, grant: Grant, case_number: str, consent_id: int
) -> HttpResponse:
    """What was screened before stays; nothing more is."""
    child = permitted_child(grant, case_number)
    rows = Consent.objects.permitted(grant).filter(withdrawn_on__isnull=True)
    rows = rows.select_related("guardianship__guardian")
    row = get_object_or_404(rows, pk=consent_id, child=child)
    today = timezone.localdate()
    form = WithdrawForm(
        request.POST or None, consent=row, today=today, initial={"withdrawn_on": today}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_record(
                row=row, version=row.version, facts=form.cleaned_data, by=grant.user,
                now=timezone.now(),
            )  # fmt: skip
        except StaleRecord:
            form.add_error(None, _("Somebody else changed this. Look at it again first."))
        else:
            messages.success(request, _("Saved."))
            return redirect("schools:wellbeing", child.case_number)
    context = form_context(request, grant, "", form=form, child=child, consent=row)
    return TemplateResponse(request, "schools/consent_withdraw.html", context)
