"""Logging a contact."""

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
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.actions.record import add_record
from children.models import Child, Guardianship
from children.views.common import draft_initial, form_context, permitted_child
from schools.forms.contact import ContactForm
from schools.models import ContactKind, GuardianContact, Means


@require_http_methods(["GET", "POST"])
@requires(Permission.CONTACT_LOG)
@once
def contact_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    today, name = timezone.localdate(), f"schools:contact_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    initial = _offered(child, grant, today) | kept if request.method == "GET" else {}
    form = ContactForm(request.POST or None, child=child, today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        row = GuardianContact(child=child, helper=grant.posting, **form.cleaned_data)
        try:
            add_record(row=row, by=grant.user, now=timezone.now())
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:child_school", child.case_number)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "schools/contact_add.html", context)


def _offered(child: Child, grant: Grant, today: Any) -> dict[str, Any]:
    """What was chosen last time, so that a plain contact is one sentence and «Save»."""
    last = (
        GuardianContact.objects.permitted(grant)
        .filter(child=child, helper=grant.posting, is_reached=True)
        .order_by("-pk")
        .first()
    )
    carer = (
        Guardianship.objects.permitted(grant).filter(child=child).on(today).main_carers().first()
    )
    return {
        "kind": last.kind if last else ContactKind.GUARDIAN,
        "means": last.means if last else Means.PHONE,
        "guardianship": last.guardianship_id if last else (carer.pk if carer else None),
        "happened_on": today,
        "is_reached": True,
        "physical_state": "",
        "mental_state": "",
    }
