"""Temporary guardianship: a child placed, assessments of it, its end, and what of it is due."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import once
from children.actions import placement as actions
from children.actions.promises import PromiseBroken
from children.extensions import only_with
from children.forms.placement import PlacementEndForm, PlacementForm, PlacementReviewForm
from children.models import (
    Child,
    Concern,
    FileStatus,
    Placement,
    PlacementTerm,
    StaleRecord,
)
from children.models.compiled import compiled
from children.models.overview import Due
from children.models.placement import PlacementGround

from .common import draft_initial, form_context, is_ours, our_child, several, typed_version

SHOWN = 10


def _page(child: Child) -> str:
    return reverse("children:child_detail", args=[child.case_number]) + "#placement"


def _answer(
    request: Request, grant: Grant, child: Child, name: str, form: Any, act: Any, **more: Any
) -> HttpResponse:
    """The form, or after `act()` the child's page; what the database refuses stands at the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except StaleRecord:
            form.add_error(None, _("Somebody else changed it. Open the page again."))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect(_page(child))
    more |= {"form": form, "child": child, "back": _page(child)}
    context = form_context(request, grant, name, **more)
    return TemplateResponse(request, "children/placement_form.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.PLACEMENT_KEEP)
@once
def placement_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """`?concern=17`: the report of harm that leads to it."""
    child = our_child(grant, case_number)
    concern = _concern(request, grant, child)
    now, name = timezone.now(), f"children:placement_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    today = timezone.localdate(now)
    start = _start(concern, today) | several(kept, "withheld")
    form = PlacementForm(request.POST or None, child=child, today=today, initial=start)

    def place() -> None:
        actions.place_child(
            child=child, facts=form.facts | {"concern": concern}, carer=form.carer, by=grant.user,
            withheld=form.cleaned_data["withheld"], now=now,
        )  # fmt: skip

    title = _("Temporary guardianship")
    return _answer(request, grant, child, name, form, place, title=title, kept_at=kept_at)


def _concern(request: Request, grant: Grant, child: Child) -> Concern | None:
    asked = request.GET.get("concern", "")
    if not asked or not grant.allows(Permission.CONCERN_VIEW):
        return None
    rows = Concern.objects.permitted(grant).filter(child=child)
    return get_object_or_404(rows, pk=whole_number(asked) or 0)


def _start(concern: Concern | None, today: date) -> dict[str, Any]:
    term = PlacementTerm.in_force(today)
    start: dict[str, Any] = {"starts_on": today}
    if term:
        start["review_on"] = term.next_review(today)
    if concern:
        start |= {"ground": PlacementGround.HARMED, "withheld": [concern.guardianship_id]}
    return start


def _running(grant: Grant, child: Child, placement_id: int) -> Placement:
    rows = Placement.objects.permitted(grant).running().filter(child=child)
    return get_object_or_404(rows, pk=placement_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.PLACEMENT_KEEP)
@once
def placement_review(
    request: Request, grant: Grant, case_number: str, placement_id: int
) -> HttpResponse:
    child = our_child(grant, case_number)
    row = _running(grant, child, placement_id)
    now, name = timezone.now(), f"children:placement_review:{row.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    today = timezone.localdate(now)
    start = {"until": row.until} | kept
    form = PlacementReviewForm(request.POST or None, row=row, today=today, initial=start)

    def review() -> None:
        actions.review_placement(
            row=row, version=typed_version(request), facts=form.cleaned_data, by=grant.user,
            now=now,
        )  # fmt: skip

    return _answer(
        request, grant, child, name, form, review, kept_at=kept_at, version=row.version,
        title=_("Assess the temporary guardianship"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(Permission.PLACEMENT_KEEP)
@once
def placement_end(
    request: Request, grant: Grant, case_number: str, placement_id: int
) -> HttpResponse:
    child = our_child(grant, case_number)
    row = _running(grant, child, placement_id)
    now, name = timezone.now(), f"children:placement_end:{row.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    today = timezone.localdate(now)
    start = {"ends_on": today} | kept
    form = PlacementEndForm(request.POST or None, row=row, today=today, initial=start)

    def end() -> None:
        actions.end_placement(
            row=row, version=typed_version(request), by=grant.user, now=now, **form.cleaned_data
        )

    return _answer(
        request, grant, child, name, form, end, title=_("End of the temporary guardianship"),
        kept_at=kept_at, version=row.version,
    )  # fmt: skip


# On the child's page and home --------------------------------------------------------------------


def _known(child: Child, grant: Grant, today: date) -> list[Any]:
    """The newest placements that the grant may see; asked once for a page."""
    if "placements_shown" not in child.__dict__:
        rows = Placement.objects.permitted(grant).filter(child=child).select_related("carer")
        rows = rows.with_told_days(today)
        child.__dict__["placements_shown"] = list(rows.order_by("-starts_on")[:SHOWN])
    found: list[Any] = child.__dict__["placements_shown"]
    return found


@only_with(Placement)
def placement_panel(child: Child, grant: Grant, today: date) -> Any:
    """Every placement, the running one first."""
    found = _known(child, grant, today)
    if not found:
        return None
    may_keep = is_ours(child, grant) and grant.allows(Permission.PLACEMENT_KEEP)
    return {
        "child": child, "may_keep": may_keep, "today": today,
        "running": next((row for row in found if row.ends_on is None), None),
        "former": [row for row in found if row.ends_on is not None],
        "sees_concerns": grant.allows(Permission.CONCERN_VIEW),
    }  # fmt: skip


@only_with(Placement)
def due_of_placement(child: Child, grant: Grant, today: date) -> list[Due]:
    """Its next assessment, and a term that is over."""
    if not grant.allows(Permission.VISIT_VIEW):
        return []
    row = next((row for row in _known(child, grant, today) if row.ends_on is None), None)
    if row is None or row.review_on > today + timedelta(days=row.told_days or 0):
        return []
    day = date_format(row.review_on, "SHORT_DATE_FORMAT")
    text = _("Temporary guardianship: assess by %(day)s") % {"day": day}
    return [Due(text, "", is_overdue=row.review_on < today, url=_page(child))]


@compiled()
def _to_assess(grant: Grant, until: Any) -> Any:
    rows = Placement.objects.permitted(grant).running().kept_in(grant.area_code or "")
    near = rows.filter(review_on__lte=until).exclude(child__status=FileStatus.CLOSED)
    return near.select_related("child__residence_area").order_by("review_on")[: SHOWN + 1]


def placements_block(grant: Grant, today: date) -> Any:
    """Home: of the open files that the area keeps, placements that are to be assessed."""
    term = PlacementTerm.in_force(today)
    if term is None:
        return None
    found = _to_assess(grant, until=today + timedelta(days=term.told_days))
    if not found:
        return None
    return {"rows": found[:SHOWN], "has_more": len(found) > SHOWN, "today": today}
