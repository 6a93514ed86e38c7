"""Writing down a visit, correcting one's own, and reading what was found before."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import once
from children.actions.document import Refused
from children.actions.promises import PromiseBroken
from children.actions.record import add_record, change_record
from children.extensions import followed
from children.forms.home_visit import VisitChangeForm, VisitForm, offered
from children.forms.visit_photos import PhotosForm
from children.models import (
    Application,
    Child,
    Document,
    Guardianship,
    HomeVisit,
    Injuries,
    StaleRecord,
)
from children.models.compiled import compiled

from . import visit_photos
from .common import (
    draft_initial,
    form_context,
    is_ours,
    merged,
    opened_version,
    our_child,
    permitted_child,
    stale_message,
    typed_version,
    what_others_changed,
)
from .document import REFUSALS

SHOWN = 20
ON_THE_FILE = 3


@require_http_methods(["GET", "POST"])
@requires(Permission.VISIT_LOG)
@once
def visit_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    today, name = timezone.localdate(), f"children:visit_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    last = HomeVisit.objects.permitted(grant).filter(child=child).newest_first().first()
    initial = _offered(child, grant, last, today) | kept if request.method == "GET" else {}
    form = VisitForm(request.POST or None, child=child, today=today, initial=initial)
    shots = PhotosForm(request.POST or None, request.FILES or None)
    photos = visit_photos.contents(shots) if request.method == "POST" else None
    if request.method == "POST" and form.is_valid() and photos is not None:
        row = HomeVisit(child=child, visitor=grant.posting, **form.cleaned_data)
        try:
            add_record(row=row, by=grant.user, now=timezone.now())
            visit_photos.keep(row, photos, grant, timezone.now())
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            followed(request, grant, child, "visit", row)
            return _saved(request, child, row, _application(request, grant, child))
    visit_photos.ask_again(shots, photos)
    context = form_context(
        request, grant, name, form=form, child=child, kept_at=kept_at, last=last, shots=shots
    )
    return TemplateResponse(request, "children/visit_add.html", context)


def _application(request: Request, grant: Grant, child: Child) -> Application | None:
    """The one from whose page the visit is recorded."""
    pk = whole_number(request.GET.get("application", ""))
    return Application.objects.permitted(grant).filter(child=child, pk=pk).first() if pk else None


def _saved(
    request: Request, child: Child, row: HomeVisit, application: Application | None
) -> HttpResponse:
    """Injuries lead to the red button at once; what was seen is told there, to few."""
    if row.injuries == Injuries.SEEN:
        messages.warning(
            request, _("The visit was saved. Injuries were seen: tell of them here, now.")
        )
        return redirect("children:concern_add", child.case_number)
    messages.success(request, _("Saved."))
    if application is not None:
        return redirect("children:application_detail", child.case_number, application.pk)
    return redirect("children:visit_list", child.case_number)


def _offered(child: Child, grant: Grant, last: HomeVisit | None, today: date) -> dict[str, Any]:
    cares = Guardianship.objects.permitted(grant).filter(child=child).on(today)
    return offered(last, list(cares.order_by("-is_main_carer", "pk")), today)


@require_http_methods(["GET", "POST"])
@requires(Permission.VISIT_LOG)
@once
def visit_change(request: Request, grant: Grant, case_number: str, visit_id: int) -> HttpResponse:
    """Who made a visit corrects what they wrote; the trail keeps what stood there."""
    child = our_child(grant, case_number)
    own = HomeVisit.objects.permitted(grant).filter(visitor__user=grant.user)
    row = get_object_or_404(own, pk=visit_id, child=child)
    name = f"children:visit_change:{row.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    posted = request.method == "POST"
    version = typed_version(request) if posted else opened_version(kept, row.version)
    options: dict[str, Any] = {"child": child, "today": timezone.localdate(), "initial": kept}
    form, others = VisitChangeForm(request.POST or None, instance=row, **options), []
    shots = PhotosForm(request.POST or None, request.FILES or None)
    photos = visit_photos.contents(shots, row) if posted else None
    if posted and form.is_valid() and photos is not None:
        stored = HomeVisit.objects.permitted(grant).get(pk=row.pk)
        try:
            with transaction.atomic():
                change_record(
                    row=stored, version=version, facts=form.facts, by=grant.user,
                    now=timezone.now(), reason=form.cleaned_data["reason"],
                )  # fmt: skip
                visit_photos.keep(stored, photos, grant, timezone.now())
        except Refused as refused:  # others came with another correction
            shots.add_error("photos", REFUSALS[refused.code])
        except StaleRecord:
            others = what_others_changed("visit", stored, version)
            data = merged(form, stored, "visit", version, request.POST)
            form = VisitChangeForm(data, instance=stored, **options)
            form.add_error(None, stale_message())
            version = stored.version
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("children:visit_list", child.case_number)
    visit_photos.ask_again(shots, photos)
    context = form_context(
        request, grant, name, form=form, child=child, row=row, version=version, others=others,
        kept_at=kept_at, shots=shots,
    )  # fmt: skip
    return TemplateResponse(request, "children/visit_change.html", context)


@require_GET
@requires(Permission.VISIT_VIEW)
def visit_list(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """All visits, the newest first; `?before=17` goes on below visit 17."""
    child = permitted_child(grant, case_number)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="visits",
    )  # fmt: skip
    before = whole_number(request.GET.get("before", ""))
    panel = _visits(child, grant, SHOWN, before)
    _find_photos(panel["rows"], grant)
    context = {"child": child, "panel": panel}
    return TemplateResponse(request, "children/visit_list.html", context)


def _visits(child: Child, grant: Grant, most: int, before: int | None = None) -> dict[str, Any]:
    rows = HomeVisit.objects.permitted(grant).filter(child=child)
    last = rows.filter(pk=before).first() if before else None
    if last is not None:
        rows = rows.before(last)
    return _panel(child, grant, list(rows.newest_first()[: most + 1]), most)


def _panel(child: Child, grant: Grant, found: list[HomeVisit], most: int) -> dict[str, Any]:
    return {
        "child": child, "rows": found[:most], "has_more": len(found) > most,
        "is_ours": is_ours(child, grant),
    }  # fmt: skip


def _find_photos(visits: list[HomeVisit], grant: Grant) -> None:
    """Set `shown_photos` of each; one query. On the child's page they stand among the documents."""
    photos = Document.objects.permitted(grant).filter(withdrawn_at__isnull=True)
    by_visit: dict[int | None, list[Document]] = {}
    if visits and grant.allows(Permission.DOCUMENT_VIEW):
        for photo in photos.filter(visit__in=[visit.pk for visit in visits]).order_by("pk"):
            by_visit.setdefault(photo.visit_id, []).append(photo)
    for visit in visits:
        visit.shown_photos = by_visit.get(visit.pk, [])


@compiled(by_key=True)
def _last(grant: Grant, child: Any) -> Any:
    rows = HomeVisit.objects.permitted(grant).filter(child=child)
    return rows.newest_first()[: ON_THE_FILE + 1]


def visits_panel(child: Child, grant: Grant, today: date) -> Any:
    """On the child's page: the last visits, and the way to the others."""
    return _panel(child, grant, _last(grant, child=child.pk), ON_THE_FILE)
