"""The record of sharing: every list that went in or out, for the county and for who audits it."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import whole_number
from exchange.actions.sharing_kinds import columns_of, grouped, titles_of
from exchange.forms.sharing import SharingFilterForm
from exchange.models import SharingRecord

SHOWN = 25


@require_GET
@requires(Permission.SHARING_VIEW)
def sharing_list(request: HttpRequest, grant: Grant) -> HttpResponse:
    """Newest first, with purpose, ground, columns and the file's hash. No line of a list in it."""
    groups = grouped()
    form = SharingFilterForm(request.GET, groups=groups)
    ours = SharingRecord.objects.permitted(grant)
    rows = form.filtered(ours).select_related("by").order_by("-at", "-pk")
    key = whole_number(request.GET.get("before", ""))
    last = ours.filter(pk=key).first() if key else None
    found = list((rows.before(last) if last else rows)[: SHOWN + 1])
    titles, columns = titles_of(groups), columns_of(found[:SHOWN])
    query = request.GET.copy()
    query.pop("before", None)
    lines = [
        {
            "row": row, "title": titles.get((row.direction, row.kind), row.kind_in_words),
            "columns": columns[row.pk],
            "hash": bytes(row.file_hash).hex(),
        }
        for row in found[:SHOWN]
    ]  # fmt: skip
    context = {
        "form": form, "lines": lines, "query": query.urlencode(),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else "",
    }  # fmt: skip
    return TemplateResponse(request, "exchange/sharing_list.html", context)
