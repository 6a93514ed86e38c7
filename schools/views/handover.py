"""Handing on: all children of a helper at once, and what the new helper reads and confirms."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.extensions import panels_for
from children.views.common import form_context, permitted_child
from schools.actions.handover import PairingsChanged, hand_over
from schools.actions.pairing import confirm_handover
from schools.forms.handover import HandoverForm
from schools.models import Pairing
from schools.models.handover import children_of, to_confirm
from schools.models.load import helpers_of, staff_of
from schools.panels import HANDOVER


@require_http_methods(["GET", "POST"])
@requires(Permission.GROUP_LEAD)
@once
def handover_all(request: Request, grant: Grant, helper_id: int) -> HttpResponse:
    """Choose, see what will happen, confirm: all children of a leaving helper, or none."""
    now = timezone.now()
    today = timezone.localdate(now)
    helper = get_object_or_404(staff_of(grant), pk=helper_id)
    pairings = children_of(helper, grant, today)
    others = [row for row in helpers_of(grant, today) if row.pk != helper.pk]
    form = HandoverForm(request.POST or None, pairings=pairings, helpers=others)
    is_reviewed = False
    if request.method == "POST" and pairings and form.is_valid():
        shown = sorted(whole_number(key) or 0 for key in request.POST.getlist("shown"))
        is_reviewed = shown == sorted(row.pk for row in pairings)
        if not is_reviewed:
            form.add_error(None, changed_message())
        elif "change" in request.POST:
            is_reviewed = False
        elif "confirmed" in request.POST:
            done = _hand_over(request, grant, form, helper, now)
            if done:
                return redirect("schools:group")
            is_reviewed = False
    context = form_context(
        request, grant, "", form=form, helper=helper, is_reviewed=is_reviewed, pairings=pairings
    )
    return TemplateResponse(request, "schools/handover_all.html", context)


def changed_message() -> str:
    return _("Somebody changed the pairings in the meantime; nothing was saved. Check them again.")


def _hand_over(request: Request, grant: Grant, form: HandoverForm, helper: Any, now: Any) -> bool:
    successors = form.successors
    try:
        hand_over(
            helper=helper, successors=successors, reason=form.cleaned_data["reason"],
            by=grant.user, now=now, today=timezone.localdate(now),
        )  # fmt: skip
    except PairingsChanged:
        form.add_error(None, changed_message())
    except PromiseBroken as broken:
        form.add_error(None, broken.message)
    else:
        text = ngettext(
            "%(count)s child was handed over.", "%(count)s children were handed over.",
            len(successors),
        )  # fmt: skip
        messages.success(request, text % {"count": len(successors)})
    return form.is_valid()


@require_GET
@requires(Permission.CONTACT_VIEW)
def handover(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """What a new helper must know, on one page that prints."""
    child = permitted_child(grant, case_number)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="handover",
    )  # fmt: skip
    today = timezone.localdate()
    rows = Pairing.objects.permitted(grant).filter(child=child).on(today)
    context = {
        "child": child,
        "mine": rows.filter(helper__in=grant.posting.desks).order_by("-is_main").first(),
        "panels": panels_for(HANDOVER, child, grant, today),
    }
    return TemplateResponse(request, "schools/handover.html", context)


@require_POST
@requires(Permission.CONTACT_LOG)
def handover_confirm(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """Where more children wait to be read about, the next of them is opened."""
    child = permitted_child(grant, case_number)
    today = timezone.localdate()
    rows = Pairing.objects.permitted(grant).on(today)
    row = get_object_or_404(rows, child=child, helper__in=grant.posting.desks)
    confirm_handover(pairing=row, by=grant.user, now=timezone.now())
    following = to_confirm(grant, today)
    if not following:
        messages.success(request, _("The handover is confirmed."))
        return redirect("schools:child_school", child.case_number)
    text = ngettext(
        "The handover of %(name)s is confirmed. %(count)s child is still to be read about:",
        "The handover of %(name)s is confirmed. %(count)s children are still to be read about:",
        len(following),
    )
    messages.success(request, text % {"name": child.name, "count": len(following)})
    return redirect("schools:handover", following[0].child.case_number)
