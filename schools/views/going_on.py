"""Pupils going on to another school: what was said, naming them, taking them in."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.models.dated_cursor import beyond, cursor_of
from children.views.common import draft_initial, form_context, permitted_child, typed_version
from schools.actions.going_on import answer_pupils, name_pupils, take_back
from schools.actions.move_up import ChangedSince
from schools.forms.going_on import (
    WAIT,
    NamePupilsForm,
    TakeBackForm,
    TakeInForm,
    comers_of,
    is_short_of,
    next_schools,
    pupils_of,
    with_schools,
)
from schools.models import GoingOn, MoveUp, School
from schools.models.going_on import newest_of, number_late, school_of, unsaid
from schools.rules.going_on import SAY_BEFORE

PAGE = 25


def _own_school(grant: Grant) -> School:
    school = school_of(grant)
    if school is None:
        raise Http404
    return school


@require_GET
@requires(Permission.ROLL_KEEP)
def going_on(request: Request, grant: Grant) -> HttpResponse:
    """What was last said of everybody still on the old roll; and who waits for the own school."""
    today = timezone.localdate()
    rows = newest_of(grant, grant.posting.organisation_id)
    context: dict[str, Any] = {"today": today, "has_school": False}
    school = school_of(grant)
    if school is not None:
        context |= {
            "has_school": True, **_unsaid(grant, school, today),
            "coming": GoingOn.objects.permitted(grant).waiting_for(school.pk).count(),
            "last": _last_taken_in(grant, school),
        }  # fmt: skip
    context |= _part(rows, request.GET.get("after", ""), today)
    template = "schools/going_on.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


def _unsaid(grant: Grant, school: School, today: date) -> dict[str, Any]:
    """Who goes on with the class, and how many may be admitted after an examination."""
    found = unsaid(grant, school, today)
    with_the_class = [one for one in found if not one.is_examined]
    return {
        "unsaid": with_the_class, "examined": len(found) - len(with_the_class),
        "refused": sum(one.refused is not None for one in found),
    }  # fmt: skip


def _last_taken_in(grant: Grant, school: School) -> MoveUp | None:
    """Where the newest taking in can be looked at, and undone."""
    moves = MoveUp.objects.permitted(grant).taking_in().filter(school=school)
    return moves.filter(undone_at__isnull=True).order_by("-made_at").first()


def _part(rows: Any, after: str, today: date) -> dict[str, Any]:
    try:
        rest = rows.filter(beyond("day", after)) if after else rows
        found = list(rest.order_by("day", "pk")[: PAGE + 1])
    except (ValueError, OverflowError):  # a cursor that is none of ours: begin anew
        found = list(rows.order_by("day", "pk")[: PAGE + 1])
    for row in found:
        row.late = row.is_late(today)
    following = cursor_of(found[PAGE - 1].day, found[PAGE - 1].pk) if len(found) > PAGE else ""
    return {"page": {"rows": found[:PAGE], "following": following}, "query": ""}


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_HAND_ON)
@once
def going_on_name(request: Request, grant: Grant) -> HttpResponse:
    """The school that is left says of each pupil of its last grade where it goes on."""
    today, school, name = timezone.localdate(), _own_school(grant), "schools:going_on_name"
    kept, kept_at = draft_initial(request, grant, name)
    posted = request.POST.dict() if request.method == "POST" else None
    found = unsaid(grant, school, today)
    enrolments, day = (
        [one.enrolment for one in found],
        min((one.day for one in found), default=None),
    )
    stages = {stage for one in found for stage in one.stages}
    schools = next_schools(grant, school, stages)
    form = NamePupilsForm(
        request.POST or None, schools=schools, today=today, initial={"day": day} | kept
    )
    pupils = pupils_of(found, schools, posted or kept or None)
    if is_short_of(posted, (row.pk for row in enrolments)):
        form.add_error(None, _changed())
    elif posted is not None and pupils and form.is_valid():
        with_schools(pupils, form)
        if _name(pupils, form, grant, school, today):
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved. The next schools have been told."))
            return redirect("schools:going_on")
    _point_at_rows(form, pupils)
    context = form_context(
        request, grant, name, form=form, pupils=pupils, school=school, kept_at=kept_at,
        with_the_class=any(not pupil.is_examined for pupil in pupils),
        examined=any(pupil.is_examined for pupil in pupils),
    )  # fmt: skip
    return TemplateResponse(request, "schools/going_on_name.html", context)


def _name(pupils: Any, form: Any, grant: Grant, school: School, today: date) -> bool:
    if any(pupil.error for pupil in pupils):
        return False
    said = [pupil.said for pupil in pupils if pupil.said is not None]
    if not said:
        form.add_error(None, _("Nothing is said of anybody yet."))
        return False
    try:
        name_pupils(
            school=school, said=said, day=form.cleaned_data["day"], by=grant.user,
            now=timezone.now(), today=today,
        )  # fmt: skip
    except PromiseBroken as broken:
        form.add_error(None, broken.message)
    except ChangedSince:
        form.add_error(None, _changed())
    else:
        return True
    return False


def _changed() -> str:
    return _("Somebody else was working on these pupils just now; check the rows again.")


def _point_at_rows(form: Any, rows: Any) -> None:
    if form.is_bound and any(row.error for row in rows):
        form.errors.setdefault("__all__", form.error_class([_("Look at the rows in red.")]))


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_HAND_ON)
@once
def going_on_answer(request: Request, grant: Grant) -> HttpResponse:
    """The next school takes in who was named to it, each or all; whom it does not, with a reason.

    Of those it has not taken in it reads what the other school told, not the file.
    """
    today, school, name = timezone.localdate(), _own_school(grant), "schools:going_on_answer"
    kept, kept_at = draft_initial(request, grant, name)
    posted = request.POST.dict() if request.method == "POST" else None
    waiting = GoingOn.objects.permitted(grant).waiting_for(school.pk)
    waiting = waiting.select_related("from_school__organisation")
    rows = waiting.order_by("from_school__organisation__name", "class_before", "name", "pk")
    form = TakeInForm(request.POST or None, today=today, initial={"day": today} | kept)
    comers = comers_of(rows, posted or kept or None)
    if is_short_of(posted, (one.row.pk for one in comers)):
        form.add_error(None, _changed())
    elif posted is not None and form.is_valid() and not any(one.error for one in comers):
        done = _answer(comers, form, grant, school, today)
        if done is not None:
            drafts.discard(grant=grant, form=name)
            messages.success(request, done)
            return redirect("schools:going_on")
    _point_at_rows(form, comers)
    context = form_context(
        request, grant, name, form=form, comers=comers, school=school, kept_at=kept_at
    )
    return TemplateResponse(request, "schools/going_on_answer.html", context)


def _answer(comers: Any, form: Any, grant: Grant, school: School, today: date) -> str | None:
    """What was done, in words; None with an error at the form."""
    class_name = form.cleaned_data["class_name"]
    answers = [one.answered(class_name) for one in comers if one.choice != WAIT]
    if not answers:
        form.add_error(None, _("Nothing is said of anybody yet."))
        return None
    try:
        answer_pupils(
            school=school, answers=answers, day=form.cleaned_data["day"], by=grant.user,
            now=timezone.now(), today=today,
        )  # fmt: skip
    except PromiseBroken as broken:
        form.add_error(None, broken.message)
    except ChangedSince:
        form.add_error(None, _changed())
    else:
        return _taken_in(sum(not one.refusal for one in answers))
    return None


def _taken_in(count: int) -> str:
    text = ngettext(
        "%(count)s child is now at your school.", "%(count)s children are now at your school.",
        count,
    )  # fmt: skip
    return text % {"count": count} if count else _("Saved. The other school has been told.")


@require_http_methods(["GET", "POST"])
@requires(Permission.ROLL_HAND_ON)
@once
def going_on_take_back(
    request: Request, grant: Grant, case_number: str, going_on_id: int
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    rows = GoingOn.objects.permitted(grant).filter(child=child)
    rows = rows.select_related("to_school__organisation", "from_school__organisation")
    row = get_object_or_404(rows, pk=going_on_id)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back(
                row=row, version=typed_version(request), reason=form.cleaned_data["reason"],
                by=grant.user, now=timezone.now(), today=timezone.localdate(),
            )  # fmt: skip
        except ChangedSince:
            form.add_error(None, _("It was answered in the meantime; look at it again."))
        else:
            messages.success(request, _("Taken back. Say anew where the child goes on."))
            return redirect("schools:going_on")
    context = form_context(
        request, grant, "", form=form, child=child, row=row,
        version=typed_version(request) or row.version,
    )  # fmt: skip
    return TemplateResponse(request, "schools/going_on_take_back.html", context)


def home_going_on(grant: Grant, today: date) -> dict[str, Any] | None:
    """For the home page: whom to take in, whom no school took in, of whom nothing is said."""
    rows, school = GoingOn.objects.permitted(grant), school_of(grant)
    block: dict[str, Any] = {"late": number_late(grant, today)}
    if school is not None:
        found = _unsaid(grant, school, today)
        block |= {
            "coming": rows.waiting_for(school.pk).count(),
            "unsaid": [one for one in found["unsaid"] if one.day - today < SAY_BEFORE],
            "refused": found["refused"],
        }  # fmt: skip
    return block if any(block.values()) else None
