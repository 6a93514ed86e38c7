"""Awards of a term: put together, confirmed; what a school is credited."""

from typing import Any
from urllib.parse import urlencode

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
from assistance.actions.education_award import build_awards, confirm_awards, refuse_award
from assistance.actions.entitlement import DoesNotFit
from assistance.forms.education_award import AwardFilterForm, AwardForm
from assistance.models import EducationAward
from assistance.models.award_build import months_of
from assistance.models.award_list import (
    AwardFilters,
    award_page,
    by_school,
    left_out,
    left_out_page,
    to_confirm,
)
from assistance.models.beside import awards_with_beside
from children.actions.promises import PromiseBroken
from children.views.common import form_context, is_ours, permitted_child
from schools.models import Term

MOST_CONFIRMED = 200


def _asked(data: Any, grant: Grant) -> tuple[AwardFilterForm, AwardFilters, Term | None, Any]:
    """The form, what it filters, the term (the latest begun by default) and the school named."""
    form = AwardFilterForm(data, grant=grant)
    form.is_valid()
    asked = form.cleaned_data
    terms: Any = form.fields["term"]
    today = timezone.localdate()
    begun = (term for term in terms.queryset if term.starts_on <= today)
    term = asked.get("term") or next(begun, None)
    form.show("term", term)
    school = form.of_school
    programme = asked.get("programme")
    filters = AwardFilters(
        term.pk if term else None, school.pk if school else None,
        programme.pk if programme else None, asked.get("state") or "",
    )  # fmt: skip
    return form, filters, term, school


def named(data: Any, grant: Grant) -> tuple[AwardFilters, Term, Any]:
    """What a button names: never a term by default."""
    form, filters, term, school = _asked(data, grant)
    if term is None or form.cleaned_data.get("term") is None:
        raise Http404
    return filters, term, school


def back_to_list(term: Term, school: Any) -> HttpResponse:
    query = {"term": term.pk} | ({"school": school.pk} if school else {})
    return redirect(f"{reverse('assistance:award_list')}?{urlencode(query)}")


@require_GET
@requires(Permission.EDUCATION_VIEW)
def award_list(request: Request, grant: Grant) -> HttpResponse:
    form, filters, term, school = _asked(request.GET, grant)
    query = request.GET.copy()
    query.pop("after", None)
    page = award_page(
        grant=grant, filters=filters, after=whole_number(request.GET.get("after", ""))
    )
    if term is not None and grant.allows(Permission.AID_VIEW):
        programmes = {row.programme_id: row.programme for row in page.rows}.values()
        awards_with_beside(page.rows, grant, months_of(term, programmes))
    context = form_context(
        request, grant, "", form=form, page=page, term=term, school=school,
        query=query.urlencode(), second_key=new_key(), third_key=new_key(),
        schools=[] if request.htmx else by_school(grant, filters, term),
        left_out=0 if request.htmx else left_out(grant, filters).count(),
        is_filtered=bool(filters.state or filters.programme),
        decides=grant.allows(Permission.EDUCATION_DECIDE),
    )  # fmt: skip
    template = "assistance/award_list.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


@require_GET
@requires(Permission.EDUCATION_VIEW)
def award_left_out(request: Request, grant: Grant) -> HttpResponse:
    """What an overlap rule kept from being proposed, each with what it is kept apart from."""
    _form, filters, term, school = _asked(request.GET, grant)
    query = request.GET.copy()
    query.pop("after", None)
    page = left_out_page(
        grant=grant, filters=filters, after=whole_number(request.GET.get("after", ""))
    )
    context = {"page": page, "term": term, "school": school, "query": query.urlencode()}
    template = "assistance/award_left_out.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


@require_POST
@requires(Permission.EDUCATION_PROPOSE)
@once
def award_build(request: Request, grant: Grant) -> HttpResponse:
    """For the own school, or the children of the own area."""
    _filters, term, school = named(request.POST, grant)
    place: dict[str, Any] = {"area": grant.area_code or "~"}
    if grant.posting.organisation_id is not None:
        if school is None:
            raise Http404
        place = {"school": school}
    try:
        found = build_awards(
            term=term, today=timezone.localdate(), by=grant.user, now=timezone.now(), **place
        )
    except PromiseBroken as broken:
        messages.error(request, broken.message)
        return back_to_list(term, None)
    messages.success(
        request,
        _("By the roll and the rules of today: %(new)s new, %(changed)s changed, %(ended)s ended.")
        % {"new": found.new, "changed": found.changed, "ended": found.ended},
    )
    if found.apart:
        messages.warning(
            request,
            _(
                "Left out: %(count)s. An overlap rule keeps them from standing beside others;"
                " they are named in a list of their own."
            )
            % {"count": found.apart},
        )
    return back_to_list(term, None)


@require_POST
@requires(Permission.EDUCATION_DECIDE)
@once
def award_confirm_many(request: Request, grant: Grant) -> HttpResponse:
    """Those ticked, or with `all` every one proposed at the school named."""
    filters, term, school = named(request.POST, grant)
    rows = to_confirm(grant, filters)
    if "all" not in request.POST or school is None:
        ticked = [whole_number(text) for text in request.POST.getlist("award")]
        rows = rows.filter(pk__in=[pk for pk in ticked[:MOST_CONFIRMED] if pk is not None])
    try:
        done, left = confirm_awards(
            term=term, awards=rows.select_related("programme"), area=grant.home_area_code,
            by=grant.user, now=timezone.now(),
        )  # fmt: skip
    except PromiseBroken as broken:
        messages.error(request, broken.message)
        done, left = 0, 0
    if done:
        messages.success(request, _("Confirmed: %(count)s.") % {"count": done})
    if left:
        messages.warning(
            request,
            _(
                "Left as they were: %(count)s. You proposed them, or the family has such an"
                " entitlement already, or one that an overlap rule keeps apart: open them one by"
                " one."
            )
            % {"count": left},
        )
    return back_to_list(term, school)


@require_http_methods(["GET", "POST"])
@requires(Permission.EDUCATION_VIEW)
@once
def award_detail(request: Request, grant: Grant, case_number: str, award_id: int) -> HttpResponse:
    """Why this amount, and what became of it; refused here while it is proposed."""
    child = permitted_child(grant, case_number)
    rows = EducationAward.objects.permitted(grant).with_paid_on().select_related(
        "programme", "term__year", "school__organisation", "rule", "standard", "settlement",
        "proposed_by", "confirmed_by", "entitlement",
    )  # fmt: skip
    row = get_object_or_404(rows, pk=award_id, child=child)
    if grant.allows(Permission.AID_VIEW):
        awards_with_beside([row], grant, months_of(row.term, [row.programme]))
    may_refuse = is_ours(child, grant) and (
        (row.is_proposed and grant.allows(Permission.EDUCATION_DECIDE))
        or (row.is_unsettled and grant.allows(Permission.AID_CONFIRM))
    )  # fmt: skip
    move = request.POST.get("move", "")
    form = AwardForm(request.POST or None, move=move)
    if request.method == "POST" and move == "REFUSE":
        if not may_refuse:
            raise PermissionDenied(move)
        if form.is_valid():
            _refuse(request, row, grant, form.cleaned_data["reason"])
            return redirect("assistance:award_detail", child.case_number, row.pk)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="award",
    )  # fmt: skip
    context = form_context(
        request, grant, "", row=row, child=child, form=form, may_refuse=may_refuse
    )
    return TemplateResponse(request, "assistance/award_detail.html", context)


def _refuse(request: Request, row: EducationAward, grant: Grant, reason: str) -> None:
    try:
        refuse_award(
            award=row, reason=reason, by=grant.user, now=timezone.now(),
            today=timezone.localdate(),
        )  # fmt: skip
    except DoesNotFit:
        messages.warning(request, _("It has changed in the meantime."))
    else:
        messages.success(request, _("Saved."))
