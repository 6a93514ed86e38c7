"""Tables of figures that the county puts together: built in the address, kept under a name."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context
from distress_registry.actions.saved_report import remove_report, save_report
from distress_registry.forms.report import START, ReportForm, ReportNameForm
from distress_registry.models import SavedReport
from distress_registry.models.report_figures import table_of


@require_http_methods(["GET", "POST"])
@requires(Permission.REPORT_KEEP)
@once
def report_build(request: Request, grant: Grant) -> HttpResponse:
    """GET shows the table that the address asks for; POST keeps it under a name."""
    asked = request.GET if "rows" in request.GET else None
    form = ReportForm(asked if asked is not None else START, grant=grant)
    name_form = ReportNameForm(request.POST or None, initial={"is_shared": True})
    now = timezone.now()
    if request.method == "POST" and form.is_valid() and name_form.is_valid():
        try:
            saved = save_report(
                report=form.report, by=grant.posting, now=now, **name_form.cleaned_data
            )
        except PromiseBroken as broken:
            name_form.add_error("name", broken.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("report_detail", saved.pk)
    mine = SavedReport.objects.permitted(grant).select_related("made_by__user").order_by("name")
    inside, today = grant.area_code or "", timezone.localdate(now)
    context = form_context(
        request, grant, "", form=name_form, parts=form, saved=mine[:50], moment=now,
        table=table_of(form.report, grant, inside, today) if form.is_valid() else None,
        row_title=form["rows"].value(), place=grant.posting.area,
    )  # fmt: skip
    return TemplateResponse(request, "picture/report_build.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.REPORT_KEEP)
@once
def report_detail(request: Request, grant: Grant, report_id: int) -> HttpResponse:
    """The table with today's figures; a POST with `remove` takes it away, by its maker alone."""
    rows = SavedReport.objects.permitted(grant).select_related("made_by__user", "area")
    saved, now = get_object_or_404(rows, pk=report_id), timezone.now()
    is_mine = saved.made_by.user_id == grant.user.pk
    if request.method == "POST" and request.POST.get("remove"):
        if not is_mine:
            raise PermissionDenied(Permission.REPORT_KEEP.value)
        remove_report(saved=saved, by=grant.user, now=now)
        messages.success(request, _("The report was removed."))
        return redirect("report_build")
    today = timezone.localdate(now)
    table = table_of(saved.parts, grant, grant.area_code or "", today)
    context = form_context(
        request, grant, "", saved=saved, table=table, is_mine=is_mine, moment=now
    )
    return TemplateResponse(request, "picture/report_detail.html", context)
