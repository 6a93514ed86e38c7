"""Recognition of poor pupils: the list of a school or a place, one pupil's, what may be posted."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import new_key, once
from assistance.actions.entitlement import DoesNotFit
from assistance.actions.recognition import (
    confirm_recognitions,
    move_recognition,
    propose_recognitions,
)
from assistance.forms.recognition import (
    RecognitionFilterForm,
    RecognitionMoveForm,
    SchoolAndYearForm,
)
from assistance.models import Recognition
from assistance.models.recognition_list import (
    RecognitionFilters,
    posted,
    recognition_page,
)
from assistance.rules.recognition import Move
from children.actions.promises import PromiseBroken
from children.views.common import form_context, is_ours, permitted_child
from schools.models import SchoolYear

# Who takes which step. An objection is written down where it is heard.
MAY_MOVE = {move: Permission.EDUCATION_DECIDE for move in Move} | {
    Move.OBJECT: Permission.EDUCATION_PROPOSE
}
MOST_CONFIRMED = 200


def asked_of(form: SchoolAndYearForm) -> tuple[SchoolYear | None, Any]:
    """The school year (today's by default) and the school that a filter names."""
    form.is_valid()
    years: Any = form.fields["year"]
    year = form.cleaned_data.get("year") or _this_year(years.queryset)
    form.show("year", year)
    return year, form.of_school


def _this_year(years: Any) -> SchoolYear | None:
    today = timezone.localdate()
    begun = [year for year in years if year.starts_on <= today]
    return begun[0] if begun else None


@require_GET
@requires(Permission.EDUCATION_VIEW)
def recognition_list(request: Request, grant: Grant) -> HttpResponse:
    form = RecognitionFilterForm(request.GET, grant=grant)
    year, school = asked_of(form)
    filters = RecognitionFilters(
        year.pk if year else None, school.pk if school else None,
        form.cleaned_data.get("state") or "", form.cleaned_data.get("tier") or "",
    )  # fmt: skip
    query = request.GET.copy()
    query.pop("after", None)
    page = recognition_page(
        grant=grant, filters=filters, after=whole_number(request.GET.get("after", ""))
    )
    context = form_context(
        request, grant, "", form=form, page=page, year=year, school=school,
        query=query.urlencode(), is_filtered=bool(filters.state or filters.tier),
        decides=grant.allows(Permission.EDUCATION_DECIDE), second_key=new_key(),
    )  # fmt: skip
    template = "assistance/recognition_list.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


@require_POST
@requires(Permission.EDUCATION_PROPOSE)
@once
def recognition_propose(request: Request, grant: Grant) -> HttpResponse:
    """From the facts of today, for the own school or for the children of the own area."""
    form = SchoolAndYearForm(request.POST, grant=grant)
    if not form.is_valid() or not form.cleaned_data["year"]:
        raise Http404
    year = form.cleaned_data["year"]
    day = min(max(timezone.localdate(), year.starts_on), year.ends_on)
    found = propose_recognitions(
        year=year, day=day, school=grant.posting.organisation_id, area=grant.area_code or "~",
        by=grant.user, now=timezone.now(),
    )  # fmt: skip
    messages.success(
        request,
        _("From the facts of today: %(new)s new, %(changed)s changed, %(lapsed)s without grounds.")
        % {"new": found.new, "changed": found.changed, "lapsed": found.lapsed},
    )
    return redirect(f"{reverse('assistance:recognition_list')}?year={year.pk}")


@require_POST
@requires(Permission.EDUCATION_DECIDE)
@once
def recognition_confirm_many(request: Request, grant: Grant) -> HttpResponse:
    """Those ticked; what one proposed oneself, or was decided since, is left."""
    ticked = [whole_number(text) for text in request.POST.getlist("recognition")]
    rows = Recognition.objects.permitted(grant).select_related("child")
    chosen = rows.filter(pk__in=[pk for pk in ticked[:MOST_CONFIRMED] if pk is not None])
    done, left = confirm_recognitions(
        recognitions=[row for row in chosen if is_ours(row.child, grant)], by=grant.user,
        now=timezone.now(), today=timezone.localdate(),
    )  # fmt: skip
    if done:
        messages.success(request, _("Confirmed: %(count)s.") % {"count": done})
    if left:
        messages.warning(
            request,
            _("Left as they were: %(count)s. You proposed them, or they were decided already.")
            % {"count": left},
        )
    return redirect("assistance:recognition_list")


@require_http_methods(["GET", "POST"])
@requires(Permission.EDUCATION_VIEW)
@once
def recognition_detail(
    request: Request, grant: Grant, case_number: str, recognition_id: int
) -> HttpResponse:
    """One pupil's of one year; its steps are the buttons of a form."""
    child = permitted_child(grant, case_number)
    rows = Recognition.objects.permitted(grant).select_related(
        "year", "school__organisation", "proposed_by", "decided_by"
    )
    row = get_object_or_404(rows, pk=recognition_id, child=child)
    moves = _open_moves(row, grant, ours=is_ours(child, grant))
    name = request.POST.get("move", "")
    form = RecognitionMoveForm(request.POST or None, move=name)
    if request.method == "POST" and name in {move.value for move in Move}:
        if Move(name) not in moves:
            raise PermissionDenied(name)
        if form.is_valid():
            _take(request, row, Move(name), grant, form.cleaned_data["reason"])
            return redirect("assistance:recognition_detail", child.case_number, row.pk)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="recognition",
    )  # fmt: skip
    context = form_context(
        request, grant, "", row=row, child=child, form=form, moves=[m.value for m in moves],
        mine=row.proposed_by_id == grant.user.pk,
        trail=row.history.select_related("history_user").order_by("-history_date", "-history_id"),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/recognition_detail.html", context)


def _open_moves(row: Recognition, grant: Grant, *, ours: bool) -> list[Move]:
    """A school writes down an objection; all else is decided by those who keep the file."""
    at_school = row.school_id == grant.posting.organisation_id
    moves = [move for move in row.moves if grant.allows(MAY_MOVE[move])]
    moves = [move for move in moves if ours or (at_school and move == Move.OBJECT)]
    if row.proposed_by_id == grant.user.pk:
        moves = [move for move in moves if move == Move.OBJECT]
    return moves


def _take(request: Request, row: Recognition, move: Move, grant: Grant, reason: str) -> None:
    try:
        move_recognition(
            recognition=row, move=move, by=grant.user, now=timezone.now(),
            today=timezone.localdate(), reason=reason,
        )  # fmt: skip
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except DoesNotFit:
        messages.warning(request, _("It has changed in the meantime."))
    else:
        messages.success(request, _("Saved."))


@require_GET
@requires(Permission.EDUCATION_VIEW)
def recognition_posted(request: Request, grant: Grant) -> HttpResponse:
    """What a school may post: names and classes, and nothing else."""
    form = SchoolAndYearForm(request.GET, grant=grant)
    year, school = asked_of(form)
    lines = posted(grant=grant, school=school.pk, year=year) if school and year else []
    if lines:
        record(
            grant=grant, kind=AccessKind.PRINTED, request=request,
            area_code=grant.home_area_code, subject="recognition_posted",
        )  # fmt: skip
    context = {"form": form, "lines": lines, "year": year, "school": school}
    return TemplateResponse(request, "assistance/recognition_posted.html", context)
