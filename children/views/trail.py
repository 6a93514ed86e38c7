"""What happened to a file, how it was on a day, and who looked at it."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.forms.base import DateField, Form
from accounts.models import AccessEvent, AccessKind
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.actions.revert import LaterChanges, NothingToRevert, revert_change
from children.forms.child import ReasonForm
from children.models import Child, trail

from .common import form_context, is_ours, permitted_child

PAGE = 30


class DayForm(Form):
    day = DateField()


def _opened(request: HttpRequest, grant: Grant, child: Child, subject: str) -> None:
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject=subject,
    )  # fmt: skip


@require_GET
@requires(Permission.CHILD_HISTORY)
def child_history(request: HttpRequest, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    _opened(request, grant, child, "history")
    changes = trail.changes(child, PAGE + 1, _moment(request.GET.get("before", "")))
    older = changes[PAGE - 1].row.history_date.isoformat() if len(changes) > PAGE else ""
    context = {"child": child, "changes": changes[:PAGE], "older": older}
    return TemplateResponse(request, "children/child_history.html", context)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None


@require_GET
@requires(Permission.CHILD_HISTORY)
def child_as_of(request: HttpRequest, grant: Grant, case_number: str) -> HttpResponse:
    """The file as it stood at the end of a chosen day."""
    child = permitted_child(grant, case_number)
    form = DayForm(request.GET or None)
    day: date | None = form.cleaned_data["day"] if form.is_bound and form.is_valid() else None
    sections: list[dict[str, Any]] = []
    if day is not None:
        _opened(request, grant, child, f"as_of.{day}")
        sections = [
            {"noun": trail.KINDS[kind]._meta.verbose_name,
             "rows": [trail.facts_in_words(kind, row) for row in rows]}
            for kind, rows in trail.as_of(child, day).items()
            if rows
        ]  # fmt: skip
    context = {"child": child, "form": form, "day": day, "sections": sections}
    return TemplateResponse(request, "children/child_as_of.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_REVERT)
@once
def change_revert(
    request: HttpRequest, grant: Grant, case_number: str, kind: str, history_id: int
) -> HttpResponse:
    """Take one change back, with a reason; that is a change of its own."""
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    found = trail.one_change(child, kind, history_id)
    if found is None or not found[0].can_be_reverted:
        raise Http404
    change, _previous = found
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revert_change(
                child=child, kind=kind, history_id=history_id, by=grant.user, now=timezone.now(),
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except LaterChanges as later:
            names = ", ".join(later.labels)
            form.add_error(
                None,
                _("Changed again since then: %(fields)s. Correct the present facts instead.")
                % {"fields": names},
            )
        except NothingToRevert:
            form.add_error(None, _("This is taken back by its own step, not here."))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("The change was taken back."))
            return redirect("children:child_history", child.case_number)
    context = form_context(request, grant, "", form=form, child=child, change=change)
    return TemplateResponse(request, "children/change_revert.html", context)


@require_GET
@requires(Permission.ACCESS_LOG_OF_CHILD)
def child_access(request: HttpRequest, grant: Grant, case_number: str) -> HttpResponse:
    """Who looked at this child."""
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise PermissionDenied
    events = AccessEvent.objects.permitted(grant).of_child(child.pk).select_related("user")
    return TemplateResponse(
        request, "children/child_access.html", {"child": child, "events": events[:200]}
    )
