"""The lead pairs a child with a helper; the new helper confirms the handover."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.models import Posting
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context, permitted_child
from schools.actions.pairing import HeldByAnother, confirm_handover, pair
from schools.forms.pairing import HELPERS, PairingForm
from schools.models import Pairing


@require_http_methods(["GET", "POST"])
@requires(Permission.GROUP_LEAD)
@once
def pairing_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today = timezone.localdate()
    main = (
        Pairing.objects.permitted(grant)
        .filter(child=child, is_main=True)
        .on(today)
        .select_related("helper__user")
        .first()
    )
    form = PairingForm(
        request.POST or None, helpers=_helpers(grant, today), has_main=main is not None,
        initial={"replaces": main.pk if main else None},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pair(
                child=child, helper=data["helper"], is_main=not data["is_assistant"],
                replaces=data["replaces"], reason=data.get("reason", ""), by=grant.user,
                now=timezone.now(), today=today,
            )  # fmt: skip
        except HeldByAnother as held:
            form.add_error(None, _held_message(held))
            main = held.pairing
            form.show_replaced(main)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("schools:child_school", child.case_number)
    context = form_context(request, grant, "", form=form, child=child, main=main)
    return TemplateResponse(request, "schools/pairing_add.html", context)


def _held_message(held: HeldByAnother) -> str:
    if held.pairing is None:
        return _("The child has no main helper any more. Check and save again.")
    return _("Meanwhile %(name)s became the main helper. Check and save again.") % {
        "name": held.pairing.helper.user.full_name
    }


def _helpers(grant: Grant, today: date) -> Any:
    """The school's staff of today with the number of children each already helps."""
    running = Q(pairings__starts_on__lte=today) & (
        Q(pairings__ends_on__isnull=True) | Q(pairings__ends_on__gt=today)
    )
    rows = Posting.objects.held_on(today).filter(
        organisation=grant.posting.organisation_id, role__in=HELPERS
    )
    rows = rows.annotate(load=Count("pairings", filter=running & Q(pairings__is_main=True)))
    return rows.select_related("user").order_by("load", "user__full_name")


@require_POST
@requires(Permission.CONTACT_LOG)
def pairing_confirm(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    rows = Pairing.objects.permitted(grant).on(timezone.localdate())
    row = get_object_or_404(rows, child=child, helper=grant.posting)
    confirm_handover(pairing=row, by=grant.user, now=timezone.now())
    messages.success(request, _("The handover is confirmed."))
    return redirect("schools:child_school", child.case_number)
