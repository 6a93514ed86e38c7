"""What is due for one child, and putting it off, once and with a reason."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.due import put_off
from children.actions.promises import PromiseBroken
from children.forms.due import PutOffForm
from children.models import Child, DueKind, DueWork
from children.models.due import WEEK, Item
from children.models.overview import Due

from .common import form_context, is_ours, our_child


@require_http_methods(["GET", "POST"])
@requires(Permission.VISIT_LOG)
@once
def due_put_off(request: Request, grant: Grant, case_number: str, due_kind: str) -> HttpResponse:
    child = our_child(grant, case_number)
    row = get_object_or_404(DueWork.objects.permitted(grant), child=child)
    item = row.item(due_kind)
    if item is None:
        raise Http404
    today = timezone.localdate()
    form = PutOffForm(request.POST or None, child=child, item=item, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            put_off(
                child=child, kind=item.kind, cause_on=item.was_on, by=grant.posting,
                now=timezone.now(), **form.cleaned_data,
            )  # fmt: skip
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Put off."))
            return redirect("children:child_detail", child.case_number)
    context = form_context(request, grant, "", form=form, child=child, item=item)
    return TemplateResponse(request, "children/due_put_off.html", context)


def work_of(child: Child) -> DueWork | None:
    """Of a permitted child; asked once for a page. None for a closed file."""
    try:
        return child.due_work
    except DueWork.DoesNotExist:
        return None


def due_of_child(child: Child, grant: Grant, today: date) -> Iterable[Due]:
    """On the child's page: what is overdue or due within a week; the plan tells its own."""
    if not grant.allows(Permission.VISIT_VIEW):
        return []
    row = work_of(child)
    if row is None:
        return []
    return [
        Due(
            _say(item), "", is_overdue=item.on < today, url=_where(child, grant, item),
            put_off=_put_off_url(child, grant, item),
        )
        for item in row.items if item.on <= today + WEEK and not item.is_of_plan
    ]  # fmt: skip


def _say(item: Item) -> str:
    told = {"what": item.kind.label, "day": date_format(item.on, "SHORT_DATE_FORMAT")}
    return capfirst(_("%(what)s by %(day)s") % told)


def _where(child: Child, grant: Grant, item: Item) -> str:
    page = reverse("children:child_detail", args=[child.case_number])
    if item.kind == DueKind.VERIFY:
        return f"{page}#confirmations"
    if grant.allows(Permission.VISIT_LOG) and is_ours(child, grant):
        return reverse("children:visit_add", args=[child.case_number])
    return f"{page}#visits"


def _put_off_url(child: Child, grant: Grant, item: Item) -> str:
    """Where it is put off; "" where it was, or by whom it cannot be."""
    if item.is_put_off or not grant.allows(Permission.VISIT_LOG) or not is_ours(child, grant):
        return ""
    return reverse("children:due_put_off", args=[child.case_number, item.kind.value])
