"""Lists that came in, whatever the way: from whom, what for, how many rows; under way on top."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from exchange.actions.layout_headings import headings_by_kind
from exchange.forms.list_upload import UploadFilterForm
from exchange.models import ListUpload, SharingDirection, SharingRecord
from exchange.rules.list_upload import UNFINISHED

PAGE = 25
MOST_OPEN = 50


@require_GET
@requires(Permission.LIST_VIEW)
def import_list(request: Request, grant: Grant) -> HttpResponse:
    records = SharingRecord.objects.permitted(grant).filter(direction=SharingDirection.IN)
    departments = sorted(set(records.order_by().values_list("department", flat=True).distinct()))
    form: Any = UploadFilterForm(request.GET or None, departments=departments)
    open_lists = ListUpload.objects.permitted(grant).filter(state__in=UNFINISHED)
    if form.is_valid():
        kind, department = form.cleaned_data["kind"], form.cleaned_data["department"]
        if kind:
            records, open_lists = records.filter(kind=kind), open_lists.filter(kind=kind)
        if department:
            records = records.filter(department=department)
    after = whole_number(request.GET.get("after", ""))
    if after is not None:
        records = records.filter(pk__lt=after)
    found = list(
        records.select_related("by", "list_import__upload").order_by("-pk")[: PAGE + 1]
    )  # fmt: skip
    headings = headings_by_kind({record.kind for record in found})
    lines = [
        {"record": one, "columns": [headings.get(one.kind, {}).get(key, key) for key in one.fields]}
        for one in found[:PAGE]
    ]
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form, "is_filtered": any(request.GET.get(name) for name in form.fields),
        "lines": lines, "following": found[PAGE - 1].pk if len(found) > PAGE else None,
        "query": query.urlencode(), "open_lists": [] if after is not None else
        open_lists.select_related("by", "sent_from", "report").order_by("-at", "-pk")[:MOST_OPEN],
    }  # fmt: skip
    return TemplateResponse(request, "exchange/import_list.html", context)
