"""The school moves to the next year: proposed for every child, reviewed, confirmed, undoable."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context
from schools.actions.move_up import LEAVING, ChangedSince, is_untouched, move_up, undo_move
from schools.forms.enrolment import schools_of
from schools.forms.move_up import MoveUpDayForm, SchoolForm, UndoForm, rows_of
from schools.models import Enrolment, GoingOn, MoveUp, School
from schools.models.calendar import year_starts_on
from schools.models.class_list import enrolled_before


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_KEEP)
@once
def move_up_add(request: Request, grant: Grant) -> HttpResponse:
    """Lists who has been on the roll since before this school year began."""
    today = timezone.localdate()
    school, school_form = _school(request, grant)
    if school is None:
        context = {"school_form": school_form}
        return TemplateResponse(request, "schools/move_up_school.html", context)
    starts_on = year_starts_on(today)
    day_form = MoveUpDayForm(request.POST or None, today=today, initial={"day": starts_on})
    enrolments = enrolled_before(grant, school.pk, starts_on)
    posted = request.POST.dict() if request.method == "POST" else None
    said = GoingOn.objects.permitted(grant).newest().filter(from_school=school)
    rows = rows_of(enrolments, school, posted, dict(said.values_list("enrolment_id", "state")))
    if posted is not None and rows and day_form.is_valid() and not any(r.error for r in rows):
        try:
            move = _carry_out(school, rows, day_form.cleaned_data["day"], grant, today)
        except PromiseBroken as broken:
            day_form.add_error(None, broken.message)
        except ChangedSince:
            day_form.add_error(None, _("The roll has changed just now; check the rows again."))
        else:
            messages.success(request, _moved_up(rows))
            return redirect("schools:move_up_detail", move.pk)
    if any(row.error for row in rows):
        day_form.errors.setdefault("__all__", day_form.error_class([_("Look at the rows in red.")]))
    context = form_context(
        request, grant, "", form=day_form, rows=rows, school=school,
        last=_last(grant, school),
    )  # fmt: skip
    return TemplateResponse(request, "schools/move_up_add.html", context)


def _school(request: Request, grant: Grant) -> tuple[School | None, SchoolForm | None]:
    """The posting's own school; an office chooses one with `?school=`."""
    schools = schools_of(grant)
    if grant.posting.organisation_id is not None:
        return get_object_or_404(schools, pk=grant.posting.organisation_id), None
    form = SchoolForm(request.GET or None, schools=schools)
    return (form.cleaned_data["school"] if form.is_valid() else None), form


def _carry_out(school: School, rows: list[Any], day: date, grant: Grant, today: date) -> MoveUp:
    decisions = [row.decision(school.stages) for row in rows]
    return move_up(
        school=school, decisions=decisions, day=day, by=grant.user, now=timezone.now(), today=today
    )


def _moved_up(rows: list[Any]) -> str:
    """With the names of who left: from now on the school may see them no more."""
    left = [row.enrolment.child.name for row in rows if row.choice in LEAVING]
    if not left:
        return _("The school has moved up.")
    text = ngettext(
        "The school has moved up. %(count)s child left it: %(names)s.",
        "The school has moved up. %(count)s children left it: %(names)s.",
        len(left),
    )
    return text % {"count": len(left), "names": _(", ").join(left)}


def _last(grant: Grant, school: School) -> MoveUp | None:
    rows = MoveUp.objects.permitted(grant).of_own_classes().filter(school=school)
    return rows.filter(undone_at__isnull=True).order_by("-made_at").first()


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_KEEP)
@once
def move_up_detail(request: Request, grant: Grant, move_id: int) -> HttpResponse:
    """What the move did; a POST undoes it while nothing has changed since."""
    rows = MoveUp.objects.permitted(grant).select_related("school__organisation", "made_by")
    move = get_object_or_404(rows, pk=move_id)
    form = UndoForm(request.POST or None)
    can_undo = move.undone_at is None and is_untouched(move)
    if request.method == "POST" and form.is_valid():
        try:
            undo_move(
                move=move, reason=form.cleaned_data["reason"], by=grant.user, now=timezone.now(),
                today=timezone.localdate(),
            )  # fmt: skip
        except (ChangedSince, PromiseBroken):
            form.add_error(None, _("Rows have changed since the move: correct them one by one."))
        else:
            messages.success(request, _("The move is undone."))
            return redirect("schools:move_up_add")
    enrolments = Enrolment.objects.permitted(grant).select_related("child", "school__organisation")
    context = form_context(
        request, grant, "", move=move, form=form, can_undo=can_undo,
        opened=enrolments.filter(opened_by_move=move).order_by("stage", "grade", "class_name"),
        left=enrolments.filter(ended_by_move=move).exclude(end_reason="MOVED_UP").order_by("pk"),
    )  # fmt: skip
    return TemplateResponse(request, "schools/move_up_detail.html", context)
