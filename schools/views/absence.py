"""Who is away today: a whole class on one page."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context
from schools.actions.absence import note_absences
from schools.forms.absence import DayForm, posted_kinds
from schools.models import AbsenceKind
from schools.models.class_list import pupils


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_ABSENCE)
@once
def absence_list(request: Request, grant: Grant) -> HttpResponse:
    """`?day=` another day; a POST holds what each row was and what it is now."""
    today = timezone.localdate()
    day_form = DayForm(request.GET or None, today=today, initial={"day": today})
    day: date = day_form.cleaned_data["day"] if day_form.is_valid() else today
    rows = pupils(grant, grant.posting.organisation_id or 0, day)
    if request.method == "POST":
        kinds = posted_kinds(request.POST, [row.enrolment.child_id for row in rows])
        try:
            changed = _note(grant, rows, kinds, day, today)
        except PromiseBroken as broken:
            messages.error(request, broken.message)
        else:
            messages.success(request, _("Saved: %(count)s changed.") % {"count": changed})
        return redirect(f"{reverse('schools:absence_list')}?day={day:%Y-%m-%d}")
    context = form_context(
        request, grant, "", day_form=day_form, day=day, is_today=day == today,
        kinds=AbsenceKind.choices, classes=_by_class(rows), form=forms.Form(),
    )  # fmt: skip
    return TemplateResponse(request, "schools/absence_list.html", context)


def _note(grant: Grant, rows: list[Any], kinds: dict[int, str], day: date, today: date) -> int:
    if not kinds:
        return 0
    return note_absences(
        school=rows[0].enrolment.school, kinds=kinds, day=day, by=grant.user, now=timezone.now(),
        today=today,
    )  # fmt: skip


def _by_class(rows: list[Any]) -> list[tuple[Any, list[Any]]]:
    """(the first enrolment of the class, its pupils)."""
    found: dict[tuple, list[Any]] = {}
    for row in rows:
        enrolment = row.enrolment
        key = (enrolment.stage, enrolment.grade, enrolment.class_name)
        found.setdefault(key, []).append(row)
    return [(group[0].enrolment, group) for group in found.values()]
