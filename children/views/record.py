"""Adding and changing what hangs on a child; the kinds differ only in their form."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.once import once
from children.actions.certificate import enter_certificate
from children.actions.guardianship import add_guardian, change_guardian
from children.actions.promises import PromiseBroken
from children.actions.record import add_record, change_record
from children.extensions import begun, followed
from children.forms import records as forms
from children.models import (
    CategorySpell,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardianship,
    ParentStatus,
    StaleRecord,
)
from children.rules.certificate import Standing

from .common import (
    draft_initial,
    form_context,
    is_ours,
    merged,
    opened_version,
    permitted_child,
    stale_message,
    typed_version,
    what_others_changed,
)


@dataclass(frozen=True)
class Kind:
    model: Any
    form: type[forms.RecordForm]
    anchor: str  # section of the child's page to come back to
    permission: Permission = Permission.CHILD_CHANGE


KINDS = {
    "guardianship": Kind(Guardianship, forms.GuardianForm, "guardians"),
    "parent": Kind(ParentStatus, forms.ParentStatusForm, "parents"),
    "category": Kind(
        # By hand only where applications are decided; otherwise an approval opens it.
        CategorySpell,
        forms.CategoryForm,
        "categories",
        Permission.APPLICATION_CONFIRM,
    ),
    "economic": Kind(EconomicStatusSpell, forms.EconomicStatusForm, "household"),
    "certificate": Kind(DisabilityCertificate, forms.CertificateForm, "disability"),
}


def _own_child(grant: Grant, case_number: str, entry: Kind) -> Child:
    """A child whose file our area keeps; one only shared with us is read, not changed: 404."""
    if not grant.allows(entry.permission):
        raise PermissionDenied(entry.permission.value)
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    return child


def _version(row: Any) -> int:
    """A guardianship is edited together with its person."""
    return row.joint_version if isinstance(row, Guardianship) else row.version


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_CHANGE)
@once
def record_add(request: HttpRequest, grant: Grant, case_number: str, kind: str) -> HttpResponse:
    entry = KINDS[kind]
    child = _own_child(grant, case_number, entry)
    name = f"children:{kind}_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    start = begun(request, grant, child, kind)
    form = entry.form(
        request.POST or None, child=child, grant=grant, today=timezone.localdate(),
        initial=start | kept,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            found = _add(kind, entry, child, form, grant)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _said(found))
            followed(request, grant, child, kind)
            return redirect(_back(child, entry))
    context = form_context(
        request, grant, name, form=form, child=child, kind=kind, noun=_noun(entry),
        kept_at=kept_at, back=_back(child, entry),
    )  # fmt: skip
    return TemplateResponse(request, "children/record_form.html", context)


def _add(kind: str, entry: Kind, child: Child, form: Any, grant: Grant) -> Standing | None:
    """What a certificate is beside those on file."""
    common: dict[str, Any] = {"by": grant.user, "now": timezone.now()}
    if kind == "certificate":
        return enter_certificate(child=child, facts=form.facts, **common)
    if kind == "guardianship":
        add_guardian(child=child, facts=form.facts, **common)
    else:
        add_record(row=entry.model(child=child, **form.facts), **common)
    return None


def _said(found: Standing | None) -> str:
    if found in (Standing.NEWER, Standing.UNTOLD):
        return _("Saved. The certificate before it is not valid any more.")
    if found == Standing.RENEWED:
        return _("Saved. This certificate was on file: it goes on with the new days.")
    return _("Saved.")


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_CHANGE)
@once
def record_change(
    request: HttpRequest, grant: Grant, case_number: str, kind: str, pk: int
) -> HttpResponse:
    entry = KINDS[kind]
    child = _own_child(grant, case_number, entry)
    row = get_object_or_404(entry.model.objects.permitted(grant), pk=pk, child=child)
    name = f"children:{kind}_change:{row.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    options: dict[str, Any] = {
        "child": child, "grant": grant, "today": timezone.localdate(),
        "initial": begun(request, grant, child, f"{kind}_change") | kept,
    }  # fmt: skip
    form = entry.form(request.POST or None, instance=row, **options)
    others: list[Any] = []
    posted = request.method == "POST"
    version = typed_version(request) if posted else opened_version(kept, _version(row))
    if request.method == "POST" and form.is_valid():
        stored = entry.model.objects.permitted(grant).get(pk=row.pk)
        try:
            _change(kind, stored, form, version, grant)
        except StaleRecord:
            others = what_others_changed(kind, stored, version)
            data = merged(form, stored, kind, version, request.POST)
            form = entry.form(data, instance=stored, **options)
            form.add_error(None, stale_message())
            version = _version(stored)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            followed(request, grant, child, kind)
            return redirect(_back(child, entry))
    context = form_context(
        request, grant, name, form=form, child=child, kind=kind, noun=_noun(entry), row=row,
        version=version, others=others, kept_at=kept_at, back=_back(child, entry),
    )  # fmt: skip
    return TemplateResponse(request, "children/record_form.html", context)


def _change(kind: str, stored: Any, form: Any, version: int, grant: Grant) -> None:
    common: dict[str, Any] = {
        "row": stored, "version": version, "by": grant.user, "now": timezone.now(),
        "reason": form.cleaned_data["reason"],
    }  # fmt: skip
    act = change_guardian if kind == "guardianship" else change_record
    act(facts=form.facts, **common)


def _back(child: Child, entry: Kind) -> str:
    return reverse("children:child_detail", args=[child.case_number]) + f"#{entry.anchor}"


def _noun(entry: Kind) -> str:
    return str(entry.model._meta.verbose_name)
