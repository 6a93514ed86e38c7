"""What will change within ninety days: one dated list of a place, so that nothing stops unseen."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from assistance.forms.coming_change import ComingFilterForm
from assistance.models.coming_list import ComingFilters, ComingPage, coming_page
from children.views.common import form_context


@require_GET
@requires(Permission.AID_VIEW)
def coming_list(request: Request, grant: Grant) -> HttpResponse:
    form = ComingFilterForm(request.GET, grant=grant, today=timezone.localdate())
    filters = form.filters()
    query = request.GET.copy()
    query.pop("after", None)
    context = form_context(
        request, grant, "", form=form, page=_page(request, grant, filters),
        query=query.urlencode(), is_filtered=filters != ComingFilters(),
    )  # fmt: skip
    template = "assistance/coming_list.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


def _page(request: Request, grant: Grant, filters: ComingFilters) -> ComingPage:
    after = request.GET.get("after", "")
    try:
        return coming_page(grant=grant, filters=filters, after=after)
    except (ValueError, OverflowError):  # a cursor that is none of ours: begin anew
        return coming_page(grant=grant, filters=filters, after="")
