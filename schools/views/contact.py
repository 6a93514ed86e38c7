"""Logging a contact, and correcting one's own."""

from datetime import date
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
from children.actions.record import change_record
from children.models import Child, Guardianship, StaleRecord
from children.views.common import (
    draft_initial,
    form_context,
    merged,
    opened_version,
    permitted_child,
    stale_message,
    typed_version,
    what_others_changed,
)
from schools.actions.contact import log_contact
from schools.forms.contact import ContactChangeForm, ContactForm
from schools.models import ContactKind, DueContact, GuardianContact, Means
from schools.models.siblings import siblings_of


@require_http_methods(["GET", "POST"])
@requires(Permission.CONTACT_LOG)
@once
def contact_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """Two buttons send it: «Save», and «Nobody reached», for which nothing need be written."""
    child = permitted_child(grant, case_number)
    today, name = timezone.localdate(), f"schools:contact_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    initial = _offered(child, grant, today) | kept if request.method == "GET" else {}
    form = ContactForm(
        request.POST or None, child=child, today=today, initial=initial,
        is_reached="unreached" not in request.POST, siblings=siblings_of(child, grant, today),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            log_contact(
                child=child, facts=form.cleaned_data, siblings=form.chosen_cares,
                by=grant.posting, now=timezone.now(),
            )  # fmt: skip
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _saved_message(child, grant))
            return redirect("schools:child_school", child.case_number)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "schools/contact_add.html", context)


def _saved_message(child: Child, grant: Grant) -> str:
    """What follows from the contact, by the row that the same transaction brought up to date."""
    rows = DueContact.objects.permitted(grant).filter(child=child)
    row = rows.filter(helper__in=grant.posting.desks).first()
    if row is not None and row.is_visit:
        return _("Saved. Tried in vain too often: please go there.")
    return _("Saved.")


def _offered(child: Child, grant: Grant, today: date) -> dict[str, Any]:
    """What was chosen last time, so that a plain contact is one sentence and «Save».

    Never a visit at home, unless one is due: nobody shall have visited who only called. A
    follow-up agreed for a later day stays agreed unless it is taken out.
    """
    last = (
        GuardianContact.objects.permitted(grant)
        .filter(child=child, helper__in=grant.posting.desks, is_reached=True)
        .exclude(kind=ContactKind.HOME_VISIT)
        .order_by("-happened_on", "-pk")
        .first()
    )
    cares = Guardianship.objects.permitted(grant).filter(child=child).on(today)
    cares = cares.with_situation(today).filter(situation=None)  # nobody begins with a dead father
    present = list(cares.order_by("-is_main_carer", "pk").values_list("pk", flat=True))
    known = last is not None and last.guardianship_id in present
    due = DueContact.objects.permitted(grant).filter(child=child).first()
    agreed = due.follow_up_on if due and due.follow_up_on and due.follow_up_on > today else None
    kind = last.kind if last else ContactKind.GUARDIAN
    return {
        "kind": ContactKind.HOME_VISIT if due and due.is_visit else kind,
        "means": last.means if last else Means.PHONE,
        "guardianship": last.guardianship_id if last and known else next(iter(present), None),
        "happened_on": today,
        "follow_up_on": agreed,
        "physical_state": "",
        "mental_state": "",
        "living_conditions": "",
        "child_seen_alone": "",
    }


@require_http_methods(["GET", "POST"])
@requires(Permission.CONTACT_LOG)
@once
def contact_change(
    request: Request, grant: Grant, case_number: str, contact_id: int
) -> HttpResponse:
    """Who logged a contact corrects it, as long as the child is still seen."""
    child = permitted_child(grant, case_number)
    own = GuardianContact.objects.permitted(grant).filter(helper__user=grant.user)
    row = get_object_or_404(own, pk=contact_id, child=child)
    name = f"schools:contact_change:{row.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    posted = request.method == "POST"
    version = typed_version(request) if posted else opened_version(kept, row.version)
    options: dict[str, Any] = {"child": child, "today": timezone.localdate(), "initial": kept}
    form, others = ContactChangeForm(request.POST or None, instance=row, **options), []
    if posted and form.is_valid():
        stored = GuardianContact.objects.permitted(grant).get(pk=row.pk)
        try:
            change_record(
                row=stored, version=version, facts=form.facts, by=grant.user, now=timezone.now(),
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except StaleRecord:
            others = what_others_changed("contact", stored, version)
            data = merged(form, stored, "contact", version, request.POST)
            form = ContactChangeForm(data, instance=stored, **options)
            form.add_error(None, stale_message())
            version = stored.version
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:child_school", child.case_number)
    context = form_context(
        request, grant, name, form=form, child=child, row=row, version=version, others=others,
        kept_at=kept_at,
    )  # fmt: skip
    return TemplateResponse(request, "schools/contact_change.html", context)
