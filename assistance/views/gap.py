"""The two lists: what is owed and not received, what is received and not owed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import once
from assistance.actions import gap as actions
from assistance.actions.lower_amounts import lower_to_standard
from assistance.actions.raise_amounts import FEW, raise_to_standard
from assistance.forms.gap import AsideForm, GapFilterForm
from assistance.gap_export import write_gaps
from assistance.jobs import check_gaps, lower_amounts, raise_amounts
from assistance.models import Entitlement, Gap, GapKind
from assistance.models.beside import Wanted, beside, kept_apart_of
from assistance.models.gap import GapQuerySet
from assistance.models.gap_list import (
    GapFilters,
    GapPage,
    counted,
    gap_page,
    gap_rows,
    newest_check,
    with_doors,
)
from assistance.models.gap_reasons import reasons_of
from assistance.rules.months import month_of
from children.extensions import followed
from children.forms.child import ReasonForm
from children.models import Child
from children.views.common import form_context, is_ours, our_child, permitted_child

MOST_PROPOSED = 100
MOST_RAISED = 5_000


def _kind(request: Request) -> str:
    return "RECEIVED" if request.GET.get("kind") == "RECEIVED" else "OWED"


@require_GET
@requires(Permission.AID_VIEW)
def gap_list(request: Request, grant: Grant) -> HttpResponse:
    check = newest_check(grant)
    if request.htmx and "progress" in request.GET:
        return TemplateResponse(request, "assistance/gap_list.html#progress", {"check": check})
    kind = _kind(request)
    form = GapFilterForm(request.GET, grant=grant, kind=kind)
    filters = form.filters(kind)
    query = request.GET.copy()
    query.pop("after", None)
    context = form_context(
        request, grant, "", form=form, page=_page(request, grant, filters), filters=filters,
        query=query.urlencode(), is_filtered=filters != GapFilters(kind=kind), check=check,
        kinds=GapKind.choices,
    )  # fmt: skip
    if request.htmx:
        return TemplateResponse(request, "assistance/gap_list.html#rows", context)
    context["counts"] = counted(grant)
    context["has_too_high"] = filters.kind == GapKind.RECEIVED and (
        gap_rows(grant, filters, timezone.localdate()).too_high().exists()
    )
    return TemplateResponse(request, "assistance/gap_list.html", context)


def _page(request: Request, grant: Grant, filters: GapFilters) -> GapPage:
    today, after = timezone.localdate(), request.GET.get("after", "")
    try:
        return gap_page(grant=grant, filters=filters, after=after, today=today)
    except (ValueError, OverflowError):  # a cursor that is none of ours: begin anew
        return gap_page(grant=grant, filters=filters, after="", today=today)


@require_POST
@requires(Permission.CHILD_EXPORT)
def gap_export(request: Request, grant: Grant) -> HttpResponse | FileResponse:
    """The list as it is filtered, as a spreadsheet; the reason is logged with the row count."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        context = {"reason_form": form, "query": request.GET.urlencode()}
        return TemplateResponse(request, "children/child_export.html", context)
    now, kind = timezone.now(), _kind(request)
    filters = GapFilterForm(request.GET, grant=grant, kind=kind).filters(kind)
    file, count = write_gaps(grant=grant, filters=filters, now=now)
    record(
        grant=grant, kind=AccessKind.EXPORTED, request=request, subject="gap_list",
        row_count=count, reason=form.cleaned_data["reason"],
    )  # fmt: skip
    name = f"gaps-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


@require_POST
@requires(Permission.AID_PROPOSE)
@once
def gap_check(request: Request, grant: Grant) -> HttpResponse:
    """Go over the place now; the page tells how far it is."""
    area = grant.posting.area
    if area is None:  # no role of an organisation proposes
        raise PermissionDenied
    if "go" not in request.POST:
        return redirect("assistance:gap_list")
    check, is_new = actions.ask_for_check(area=area, by=grant.user, now=timezone.now())
    if is_new:
        check_gaps.defer(check_id=check.pk)
    else:
        messages.info(request, _("It is being gone over already."))
    return redirect("assistance:gap_list")


@require_POST
@requires(Permission.AID_PROPOSE)
@once
def gap_propose(request: Request, grant: Grant) -> HttpResponse:
    """Those ticked, with the amount and the reasons of the rules; the county confirms."""
    ticked = [whole_number(text) for text in request.POST.getlist("gap")[:MOST_PROPOSED]]
    rows = Gap.objects.permitted(grant).proposable().select_related("child", "programme")
    chosen = list(rows.filter(pk__in=[pk for pk in ticked if pk is not None]))
    made, left = actions.propose_for(
        gaps=[row for row in chosen if is_ours(row.child, grant)], by=grant.user,
        now=timezone.now(),
    )  # fmt: skip
    if made:
        messages.success(
            request, _("Proposed: %(count)s. The county confirms them.") % {"count": len(made)}
        )
    apart = kept_apart_of(grant, made)
    if apart:
        messages.warning(
            request,
            _("Of these %(count)s are kept apart by an overlap rule from what the child gets: end"
              " that before, or the county cannot confirm them.") % {"count": apart},
        )  # fmt: skip
    if left:
        messages.warning(
            request,
            _("Left as they were: %(count)s. They are no longer owed, or proposed already.")
            % {"count": len(left)},
        )
    if not made and not left:
        messages.info(request, _("Tick whom you propose."))
    if len(chosen) == 1 and "child" in request.POST:
        if made:
            followed(request, grant, chosen[0].child, "entitlement")
        return redirect("assistance:child_aid", chosen[0].child.case_number)
    return redirect(f"{reverse('assistance:gap_list')}?{request.GET.urlencode()}")


def _ticked_or_all(request: Request, grant: Grant, kind: GapKind) -> GapQuerySet:
    """Gaps that are ticked; with `all` those of the whole list as it is filtered."""
    if "all" in request.POST:
        filters = GapFilterForm(request.GET, grant=grant, kind=kind.value).filters(kind.value)
        return gap_rows(grant, filters, timezone.localdate())
    ticked = [whole_number(text) for text in request.POST.getlist("gap")[:MOST_PROPOSED]]
    return Gap.objects.permitted(grant).filter(pk__in=[pk for pk in ticked if pk is not None])


@require_POST
@requires(Permission.AID_CONFIRM)
@once
def gap_raise(request: Request, grant: Grant) -> HttpResponse:
    """Those ticked, or with `all` the whole list as it is filtered: their amounts follow the
    standard. Many are done in the background, and leave the list as they are.
    """
    rows = _ticked_or_all(request, grant, GapKind.OWED).too_low()
    chosen = list(rows.select_related("child", "programme", "entitlement")[:MOST_RAISED])
    ours = [row for row in chosen if is_ours(row.child, grant)]
    if not ours:
        messages.info(request, _("Tick whose amount is raised."))
    elif len(ours) > FEW:
        raise_amounts.defer(gap_ids=[row.pk for row in ours], by_id=grant.user.pk)
        messages.success(
            request,
            _("%(count)s amounts are being raised to the standard. They leave this list as they "
              "are done.") % {"count": len(ours)},
        )  # fmt: skip
    else:
        done, left = raise_to_standard(gaps=ours, by=grant.user, now=timezone.now())
        _tell_raised(request, done, left)
        if done and len(ours) == 1:
            followed(request, grant, ours[0].child, "gap_raise")
    if len(chosen) == 1 and "child" in request.POST:
        return redirect("assistance:child_aid", chosen[0].child.case_number)
    return redirect(f"{reverse('assistance:gap_list')}?{request.GET.urlencode()}")


def _tell_raised(request: Request, done: int, left: list[Gap]) -> None:
    if done:
        messages.success(
            request,
            _("Raised to the standard: %(count)s. The next run pays the difference.")
            % {"count": done},
        )
    if left:
        messages.warning(
            request,
            _("Left as they were: %(count)s. They are not paid less than is owed any more.")
            % {"count": len(left)},
        )  # fmt: skip


@require_POST
@requires(Permission.AID_CONFIRM)
@once
def gap_lower(request: Request, grant: Grant) -> HttpResponse:
    """Those ticked, or with `all` the whole list as it is filtered, who are paid above the
    standard; from the next month that no run has reckoned.
    """
    rows = _ticked_or_all(request, grant, GapKind.RECEIVED).too_high()
    chosen = rows.select_related("child", "programme", "entitlement")[:MOST_RAISED]
    ours = [row for row in chosen if is_ours(row.child, grant)]
    if not ours:
        messages.info(request, _("Tick whose amount is lowered."))
    elif len(ours) > FEW:
        lower_amounts.defer(gap_ids=[row.pk for row in ours], by_id=grant.user.pk)
        messages.success(
            request,
            _("%(count)s amounts are being lowered to the standard, from the next month that no "
              "run has reckoned.") % {"count": len(ours)},
        )  # fmt: skip
    else:
        _tell_lowered(request, *lower_to_standard(gaps=ours, by=grant.user, now=timezone.now()))
    return redirect(f"{reverse('assistance:gap_list')}?{request.GET.urlencode()}")


def _tell_lowered(request: Request, done: int, left: list[Gap]) -> None:
    if done:
        messages.success(
            request,
            _("Lowered to the standard: %(count)s, from the next month that no run has reckoned. "
              "Nothing is asked back.") % {"count": done},
        )  # fmt: skip
    if left:
        messages.warning(
            request,
            _("Left as they were: %(count)s. They are lowered already, or no longer paid above the "
              "standard.") % {"count": len(left)},
        )  # fmt: skip


def _gap(grant: Grant, child: Child, gap_id: int) -> Gap:
    rows = Gap.objects.permitted(grant).select_related("programme", "entitlement", "aside_by")
    gap = get_object_or_404(rows, pk=gap_id, child=child)
    gap.child = child
    return gap


@require_GET
@requires(Permission.AID_VIEW)
def gap_detail(request: Request, grant: Grant, case_number: str, gap_id: int) -> HttpResponse:
    child = permitted_child(grant, case_number)
    gap = _gap(grant, child, gap_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="gap",
    )  # fmt: skip
    return _answer(request, grant, gap)


def _beside(gap: Gap, grant: Grant) -> list[Entitlement]:
    """What keeps apart what would be proposed."""
    if not gap.can_propose:
        return []
    first = actions.first_month_of(gap, month_of(timezone.localdate()))
    return beside([Wanted(gap.child_id, gap.programme_id, first, None)], grant)[0]


def _answer(request: Request, grant: Grant, gap: Gap, **forms: Any) -> HttpResponse:
    with_doors([gap], grant)
    context = form_context(
        request, grant, "", gap=gap, child=gap.child, others=_beside(gap, grant),
        reasons=reasons_of(gap, timezone.localdate()),
        aside_form=forms.get("aside_form") or AsideForm(),
    )  # fmt: skip
    return TemplateResponse(request, "assistance/gap_detail.html", context)


@require_POST
@requires(Permission.AID_PROPOSE)
@once
def gap_decide(request: Request, grant: Grant, case_number: str, gap_id: int) -> HttpResponse:
    """`decision` is aside, with its reason, or back."""
    child = our_child(grant, case_number)
    gap = _gap(grant, child, gap_id)
    form = AsideForm(request.POST)
    is_back = request.POST.get("decision") == "back"
    if not is_back and not form.is_valid():
        return _answer(request, grant, gap, aside_form=form)
    try:
        if is_back:
            actions.take_back(gap=gap, by=grant.user, now=timezone.now())
        else:
            actions.set_aside(
                gap=gap, reason=form.cleaned_data["reason"], by=grant.user, now=timezone.now()
            )
    except actions.NotOpen:
        messages.warning(request, _("The gap has changed in the meantime; look at it again."))
    else:
        messages.success(request, _("Saved."))
        followed(request, grant, child, "gap_back" if is_back else "gap_aside")
    return redirect("assistance:gap_detail", child.case_number, gap.pk)
