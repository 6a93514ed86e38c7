"""A list that came in is undone: by a second person, with a reason."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.views.common import form_context
from exchange import jobs
from exchange.actions.list_upload import MovedOn
from exchange.actions.undo_list import SamePerson, begin_undo
from exchange.forms.list_upload import UndoForm
from exchange.models import ProposedChange

from .list_upload import permitted_upload


@require_http_methods(["GET", "POST"])
@requires(Permission.LIST_UNDO)
@once
def upload_undo(request: Request, grant: Grant, upload_id: int) -> HttpResponse:
    row = permitted_upload(grant, upload_id)
    changes = ProposedChange.objects.permitted(grant).told(grant)
    accepted = changes.accepted_of(row.list_import).count() if row.list_import else 0
    form: Any = UndoForm(
        request.POST or None, accepted=accepted, is_read_by_sender=row.sent_from is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            begin_undo(
                upload=row, reason=form.cleaned_data["reason"], by=grant.user,
                takes_back_changes=form.cleaned_data.get("takes_back", False), now=timezone.now(),
            )  # fmt: skip
        except SamePerson:
            form.add_error(None, _("Who took the list in does not undo it: ask a colleague."))
        except MovedOn:
            form.add_error(None, _("Only a list that came in can be undone, and once."))
        else:
            jobs.undo_list_upload.defer(upload_id=row.pk)
            return redirect("exchange:upload_detail", row.pk)
    is_own = row.taken_in_by == grant.user
    context = form_context(
        request, grant, "", form=form, upload=row, is_own=is_own, accepted=accepted
    )
    return TemplateResponse(request, "exchange/upload_undo.html", context)
