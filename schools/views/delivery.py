"""The rungs of the ladder, as the teacher works on them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record, record_each
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.models import Child
from children.views.common import form_context, permitted_child, typed_version
from schools.actions.notice import called
from schools.actions.notice_ladder import (
    NotNow,
    log_telling,
    new_reading_number,
    send_again,
    slip_returned,
    take_step,
)
from schools.forms.notice import TellingForm
from schools.models import (
    DeliveryState,
    DeliveryStep,
    Means,
    Notice,
    NoticeCode,
    NoticeDelivery,
)
from schools.models.notice_delivery import NoticeDeliveryQuerySet
from schools.notice_jobs import send_notices

MOST_SLIPS = 500


def _delivery(grant: Grant, child: Child, delivery_id: int) -> NoticeDelivery:
    rows = NoticeDelivery.objects.permitted(grant).filter(child=child)
    rows = rows.select_related("notice__writer", "guardian", "guardianship")
    return get_object_or_404(rows, pk=delivery_id)


def _back(row: NoticeDelivery, child: Child) -> HttpResponse:
    return redirect("schools:notice_detail", child.case_number, row.notice_id)


def _too_late() -> str:
    return _("This notice has moved on in the meantime. Look at it again.")


@require_http_methods(["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
@once
def delivery_tell(
    request: Request, grant: Grant, case_number: str, delivery_id: int
) -> HttpResponse:
    """Log the call or the visit at which the guardian was told: it becomes a contact."""
    child = permitted_child(grant, case_number)
    row = _delivery(grant, child, delivery_id)
    at_home = row.step in (DeliveryStep.VISIT, DeliveryStep.PAPER)
    start = {"means": Means.IN_PERSON if at_home else Means.PHONE, "is_reached": "yes"}
    form = TellingForm(request.POST or None, asks=row.notice.asks_answer, initial=start)
    posted = request.method == "POST"
    if posted and form.is_valid():
        try:
            log_telling(
                delivery=row, version=typed_version(request), facts=form.cleaned_data,
                by=grant.posting, now=timezone.now(),
            )  # fmt: skip
        except NotNow:
            form.add_error(None, _too_late())
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Saved."))
            return _back(row, child)
    version = typed_version(request) if posted else row.version
    context = form_context(request, grant, "", form=form, child=child, row=row, version=version)
    return TemplateResponse(request, "schools/notice_tell.html", context)


MOVES: dict[str, Any] = {
    "again": send_again,
    "step": take_step,
    "out": lambda **told: slip_returned(**told, signed=False),
    "back": lambda **told: slip_returned(**told, signed=True),
}


@require_POST
@requires(Permission.NOTICE_WRITE)
@once
def delivery_move(
    request: Request, grant: Grant, case_number: str, delivery_id: int
) -> HttpResponse:
    """`move`: send again, the next rung, slip handed over, slip back signed."""
    child = permitted_child(grant, case_number)
    row = _delivery(grant, child, delivery_id)
    move = MOVES.get(request.POST.get("move", ""))
    if move is None:
        return _back(row, child)
    try:
        move(delivery=row, version=typed_version(request), by=grant.user, now=timezone.now())
    except NotNow:
        messages.error(request, _too_late())
    else:
        messages.success(request, _("Saved."))
        if move is send_again:
            send_notices.defer()
    return _back(row, child)


@require_http_methods(["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def delivery_number(
    request: Request, grant: Grant, case_number: str, delivery_id: int
) -> HttpResponse:
    """The guardian's reading number, to be told or printed; shown on request, and logged."""
    child = permitted_child(grant, case_number)
    row = _delivery(grant, child, delivery_id)
    code = None
    if request.method == "POST":
        record(
            grant=grant, kind=AccessKind.REVEALED, request=request, child_id=child.pk,
            area_code=child.managing_area_id, subject=f"guardian.{row.guardian_id}.notice_code",
        )  # fmt: skip
        if request.POST.get("new"):
            new_reading_number(guardian=row.guardian, by=grant.user, now=timezone.now())
        code = NoticeCode.objects.visible_to(grant).filter(guardian=row.guardian).first()
    context = {"child": child, "row": row, "code": code, "called": called(child.name)}
    response = TemplateResponse(request, "schools/notice_number.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


def _to_hand_over(rows: NoticeDeliveryQuerySet, grant: Grant) -> NoticeDeliveryQuerySet:
    if grant.sees_own_area:
        return rows.none()
    desk = Notice.objects.permitted(grant).of_desk(grant, timezone.localdate())
    return rows.filter(notice__in=desk).exclude(state=DeliveryState.DELIVERED)


@require_GET
@requires(Permission.NOTICE_VIEW)
def notice_slips(request: Request, grant: Grant) -> HttpResponse:
    """Paper slips to print: of `?notice=`, or of all notices written together with it.

    Without a number those of the reader's desk that wait to be handed over; an area has no desk.
    Only of deliveries on the rung of paper unless `?all=1`; several on a page.
    """
    number = whole_number(request.GET.get("notice", ""))
    rows = NoticeDelivery.objects.permitted(grant).unread().to_be_told(timezone.localdate())
    if not number:
        rows = _to_hand_over(rows, grant)
    elif request.GET.get("together"):
        batch = rows.filter(notice=number).values("notice__batch")[:1]
        rows = rows.filter(notice__batch__in=batch)
    else:
        rows = rows.filter(notice=number)
    if not (number and request.GET.get("all")):
        rows = rows.filter(step=DeliveryStep.PAPER)
    rows = rows.select_related(
        "notice__writer__user", "notice__writer__organisation", "guardian", "guardianship", "child"
    )
    slips = list(rows.order_by("child__name_sort", "pk")[:MOST_SLIPS])
    for row in slips:
        row.called = called(row.child.name)  # type: ignore[attr-defined]
    if slips:
        record_each(
            grant=grant, kind=AccessKind.PRINTED, request=request, subject="notice",
            children={row.child_id: row.child.managing_area_id for row in slips},
        )  # fmt: skip
    return TemplateResponse(request, "schools/notice_slips.html", {"slips": slips})
