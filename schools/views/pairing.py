"""The lead pairs a child with a helper, alone or with an assistant."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context, permitted_child
from schools.actions.pairing import HeldByAnother, end_assistance, pair
from schools.forms.pairing import PairingForm
from schools.models import Pairing
from schools.models.load import helpers_of


@require_http_methods(["GET", "POST"])
@requires(Permission.GROUP_LEAD)
@once
def pairing_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today = timezone.localdate()
    running = Pairing.objects.permitted(grant).filter(child=child).on(today)
    held = list(running.select_related("helper__user").order_by("starts_on", "pk"))
    main = next((row for row in held if row.is_main), None)
    form = PairingForm(
        request.POST or None, helpers=helpers_of(grant, today), has_main=main is not None,
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
        except HeldByAnother as other:
            form.add_error(None, held_message(other.pairing))
            main = other.pairing
            form.show_replaced(main)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("schools:child_school", child.case_number)
    context: dict[str, Any] = form_context(request, grant, "", form=form, child=child, main=main)
    context["assistants"] = [row for row in held if not row.is_main]
    return TemplateResponse(request, "schools/pairing_add.html", context)


def held_message(pairing: Pairing | None) -> str:
    if pairing is None:
        return _("The child has no main helper any more. Check and save again.")
    return _("Meanwhile %(name)s became the main helper. Check and save again.") % {
        "name": pairing.helper.user.full_name
    }


@require_POST
@requires(Permission.GROUP_LEAD)
def pairing_end(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """An assistant leaves. A main helper is replaced, never only taken away."""
    child = permitted_child(grant, case_number)
    now = timezone.now()
    rows = Pairing.objects.permitted(grant).filter(child=child, is_main=False)
    key = whole_number(request.POST.get("pairing", "")) or 0
    row = get_object_or_404(rows.select_related("helper__user"), pk=key)
    end_assistance(pairing=row, reason="", by=grant.user, now=now, today=timezone.localdate(now))
    messages.success(request, _("Saved."))
    return redirect("schools:pairing_add", child.case_number)
