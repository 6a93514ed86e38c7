"""The access log of an auditor: who looked at which file, when and why. No child's name in it."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import whole_number
from accounts.models import AccessEvent, AccessKind
from accounts.models.access_log import AccessEventQuerySet
from children.models.audited import audited_case_numbers, audited_file
from distress_registry.forms.access_log import AccessLogFilterForm, LogFilters, filters_asked

SHOWN = 50
DAYS = 7  # looked over at home
MOST_EVENTS = 100_000  # counted at home; what is older than these is not
BUSIEST = 8
_PERSON = ("user_id", "user__full_name", "user__username")


@require_http_methods(["GET", "POST"])
@requires(Permission.ACCESS_LOG_AUDIT)
def access_log(request: HttpRequest, grant: Grant) -> HttpResponse:
    """Newest first, as filtered; files by their case number alone. A filter that is posted and
    whole becomes an address."""
    if request.method == "POST":
        form = AccessLogFilterForm(request.POST)
        if form.is_valid():
            return redirect(f"{request.path}?{urlencode(form.asked())}")
        context = {"form": form, "refused": True, "query": urlencode(form.asked())}
        return TemplateResponse(request, "access_log.html", context)
    form, filters = filters_asked(request.GET)
    rows = list(_after(request, grant, _filtered(grant, filters))[: SHOWN + 1])
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form, "events": _told(rows[:SHOWN]), "is_filtered": filters != LogFilters(),
        "older": rows[SHOWN - 1].pk if len(rows) > SHOWN else "", "query": query.urlencode(),
    }  # fmt: skip
    return TemplateResponse(request, "access_log.html", context)


def _filtered(grant: Grant, filters: LogFilters) -> AccessEventQuerySet:
    events = AccessEvent.objects.permitted(grant).between(filters.first, filters.last)
    if filters.kind:
        events = events.filter(kind=filters.kind)
    if filters.user:
        events = events.filter(user_id=filters.user)
    if filters.case_number:
        child_id = audited_file(filters.case_number)
        events = events.filter(child_id=child_id) if child_id else events.none()
    return events.select_related("user").newest_first()


def _after(request: HttpRequest, grant: Grant, events: AccessEventQuerySet) -> AccessEventQuerySet:
    """From where the page before ended; of a key that is none of ours, from the beginning."""
    key = whole_number(request.GET.get("before", ""))
    last = AccessEvent.objects.permitted(grant).filter(pk=key).first() if key else None
    return events.before(last) if last else events


def _told(events: list[AccessEvent]) -> list[AccessEvent]:
    """With the `case_number` of their files."""
    numbers = audited_case_numbers(event.child_id for event in events if event.child_id)
    for event in events:
        event.case_number = numbers.get(event.child_id or 0, "")  # type: ignore[attr-defined]
    return events


def access_block(grant: Grant, today: date) -> dict[str, Any]:
    """Home of who audits: how often what was done these days, and whose name stands there most."""
    since = today - timedelta(days=DAYS - 1)
    ours = AccessEvent.objects.permitted(grant)
    newest = ours.between(since, None).newest_first().values("pk")[:MOST_EVENTS]
    counted = ours.filter(pk__in=newest).values_list("kind", *_PERSON).annotate(Count("pk"))
    kinds, people, revealed = Counter[str](), Counter[tuple](), Counter[tuple]()
    for kind, *who, count in counted:
        kinds[kind] += count
        people[*who] += count
        revealed[*who] += count if kind == AccessKind.REVEALED else 0
    return {
        "since": since, "is_cut": kinds.total() == MOST_EVENTS,
        "kinds": [(kind, kinds[kind.value]) for kind in AccessKind],
        "people": [
            dict(zip(("pk", "name", "username"), person, strict=True))
            | {"count": count, "shown": revealed[person]}
            for person, count in people.most_common(BUSIEST)
        ],
    }  # fmt: skip
