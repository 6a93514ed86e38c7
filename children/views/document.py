"""Evidence files: added, served through the locks, withdrawn with a reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import whole_number
from accounts.models import AccessKind
from accounts.once import once
from children.actions.document import Refused, add_document, withdraw_document
from children.forms.application import DocumentForm
from children.forms.child import ReasonForm
from children.models import Application, Document

from .common import form_context, is_ours, permitted_child

REFUSALS = {
    "EMPTY": gettext_lazy("The file is empty."),
    "TOO_LARGE": gettext_lazy("The file is larger than 10 MB."),
    "KIND": gettext_lazy("This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file."),
    "BROKEN_IMAGE": gettext_lazy("The picture cannot be read. Photograph or scan it again."),
    "TOO_MANY_PIXELS": gettext_lazy("The picture is too large. Make it smaller first."),
    "BOMB": gettext_lazy("The file unpacks to far more than it should. It was refused."),
    "MACRO": gettext_lazy("The file contains macros. Save it without them."),
    "NO_PHOTO": gettext_lazy("This is no photo: send a JPEG or PNG."),
    "TOO_MANY": gettext_lazy("Six photos are enough."),
}
SHOWN_INLINE = {"image/jpeg", "image/png", "application/pdf"}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@require_http_methods(["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
@once
def document_add(request: HttpRequest, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    applications = Application.objects.permitted(grant).filter(child=child)
    asked_for = _asked_for(request, applications)
    form = DocumentForm(
        request.POST or None, request.FILES or None, applications=applications,
        tells_secrets=grant.allows(Permission.SECRET_VIEW),
        initial={"kind": request.GET.get("kind", ""), "application": asked_for},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = dict(form.cleaned_data)
        upload = facts.pop("file")
        try:
            if upload.size > 10 * 1024 * 1024:
                raise Refused("TOO_LARGE")
            add_document(
                child=child, content=upload.read(), facts=facts, by=grant.user, now=timezone.now()
            )
        except Refused as refused:
            form.add_error("file", REFUSALS[refused.code])
        else:
            messages.success(request, _("The document was added."))
            if asked_for is not None:
                return redirect("children:application_detail", child.case_number, asked_for.pk)
            return redirect(
                reverse("children:child_detail", args=[child.case_number]) + "#documents"
            )
    context = form_context(request, grant, "", form=form, child=child, asked_for=asked_for)
    return TemplateResponse(request, "children/document_add.html", context)


def _asked_for(request: HttpRequest, applications: QuerySet[Application]) -> Application | None:
    """The application whose page asked for the paper: one goes back there for the next."""
    key = whole_number(request.GET.get("application", ""))
    return applications.filter(pk=key).first() if key is not None else None


@require_GET
@requires(Permission.DOCUMENT_VIEW)
def document_show(request: HttpRequest, grant: Grant, case_number: str, key: UUID) -> FileResponse:
    child = permitted_child(grant, case_number)
    row = get_object_or_404(Document.objects.permitted(grant), uuid=key, child=child)
    if not default_storage.exists(row.storage_name):
        raise Http404
    record(
        grant=grant, kind=AccessKind.DOWNLOADED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject=f"document.{row.pk}",
    )  # fmt: skip
    inline = row.content_type in SHOWN_INLINE
    response = FileResponse(
        default_storage.open(row.storage_name),
        content_type=row.content_type,
        as_attachment=not inline,
        filename=f"{child.case_number}-{row.pk}.{ENDINGS.get(row.content_type, 'bin')}",
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
@once
def document_withdraw(
    request: HttpRequest, grant: Grant, case_number: str, key: UUID
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    row = get_object_or_404(Document.objects.permitted(grant), uuid=key, child=child)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_document(
            document=row, reason=form.cleaned_data["reason"][:200], by=grant.user,
            now=timezone.now(),
        )  # fmt: skip
        return redirect(reverse("children:child_detail", args=[child.case_number]) + "#documents")
    context = form_context(request, grant, "", form=form, child=child, document=row)
    return TemplateResponse(request, "children/document_withdraw.html", context)
