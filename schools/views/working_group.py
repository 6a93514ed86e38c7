"""A school's working group and what its lead must look at; for an area, all of its schools."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context
from schools.actions.working_group import SeatChanged, add_seat, close_seat, form_group, give_seat
from schools.forms.working_group import GroupForm, SeatAddForm, SeatCloseForm, SeatForm
from schools.models import Seat, WorkingGroup
from schools.models.coverage import coverage_of
from schools.models.group_overview import group_overview, present_year, school_of_grant
from schools.models.load import helpers_of
from schools.models.seating import seating


@require_GET
@requires(Permission.GROUP_VIEW)
def group(request: Request, grant: Grant) -> HttpResponse:
    """Acting in a school: its group. Acting in an area: its schools, and whose child has nobody."""
    today = timezone.localdate()
    if grant.posting.organisation_id is None:
        coverage = coverage_of(grant, today)
        context = {"coverage": coverage, "today": today}
        return TemplateResponse(request, "schools/group_coverage.html", context)
    overview = group_overview(grant, today, leads=grant.allows(Permission.GROUP_LEAD))
    context = form_context(request, grant, "", overview=overview, today=today)
    return TemplateResponse(request, "schools/group.html", context)


@require_POST
@requires(Permission.GROUP_LEAD)
@once
def group_form(request: Request, grant: Grant) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    school, year = school_of_grant(grant), present_year(today)
    form = GroupForm(request.POST)
    as_shown = year is not None and form.is_valid() and form.cleaned_data["year"] == year.pk
    if school is None or year is None or not as_shown:
        messages.error(request, _("The group was not formed. Look at the page and try again."))
        return redirect("schools:group")
    try:
        form_group(school=school, year=year, lead=grant.posting, by=grant.user, now=now,
                   today=today)  # fmt: skip
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("The working group is formed. Fill the empty seats now."))
    return redirect("schools:group")


@require_http_methods(["GET", "POST"])
@requires(Permission.GROUP_LEAD)
@once
def seat_add(request: Request, grant: Grant) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    groups = WorkingGroup.objects.permitted(grant).filter(year=present_year(today))
    group = groups.first()
    form = SeatAddForm(request.POST or None, staff=helpers_of(grant, today))
    if request.method == "POST" and form.is_valid() and group is not None:
        try:
            add_seat(group=group, holder=form.cleaned_data["holder"], by=grant.user, now=now,
                     today=today, **form.facts)  # fmt: skip
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("schools:group")
    context = form_context(request, grant, "", form=form, group=group)
    return TemplateResponse(request, "schools/seat_add.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.GROUP_LEAD)
@once
def seat_change(request: Request, grant: Grant, seat_id: int) -> HttpResponse:
    """Another holder, nobody for now, or no such seat any more."""
    rows = Seat.objects.permitted(grant).needed().select_related("group__year")
    seat = get_object_or_404(rows, pk=seat_id)
    now = timezone.now()
    today = timezone.localdate(now)
    line = next(line for line in seating([seat.group], today) if line.seat == seat)
    closes = "close" in request.POST
    closing = SeatCloseForm(request.POST if closes else None, prefix="close")
    shown = line.last.pk if line.last and line.holder else None
    form = SeatForm(
        request.POST if request.method == "POST" and not closes else None,
        staff=helpers_of(grant, today), is_held=shown is not None, initial={"shown": shown},
    )  # fmt: skip
    done = _change(form, closing, closes, seat, grant, now)
    if done:
        messages.success(request, _("Saved."))
        return redirect("schools:group")
    context = form_context(request, grant, "", form=form, closing=closing, line=line)
    return TemplateResponse(request, "schools/seat_change.html", context)


def _change(form: SeatForm, closing: SeatCloseForm, closes: bool, seat: Seat, grant: Grant,
            now: Any) -> bool:  # fmt: skip
    """Whether the seat was changed; what stands against it is told by the forms."""
    today = timezone.localdate(now)
    common: dict[str, Any] = {"seat": seat, "by": grant.user, "now": now, "today": today}
    if closes:
        if closing.is_valid():
            close_seat(reason=closing.cleaned_data["reason"], **common)
        return closing.is_valid()
    if not form.is_bound or not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        give_seat(holder=form.chosen, shown=data["shown"], reason=data.get("reason", ""), **common)
    except SeatChanged as changed:
        name = changed.holder.holder.user.full_name if changed.holder else _("nobody")
        message = _("Meanwhile the seat went to %(name)s. Open the page again.") % {"name": name}
        form.add_error(None, message)
        return False
    return True
