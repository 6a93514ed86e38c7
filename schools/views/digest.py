"""The digest of the week in the application, with names for who may see them."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from children.models.compiled import compiled
from schools.models.digest import RECIPIENTS, SECTIONS, Digest, monday_of

NAMED = 10
WEEKS = 8


@require_GET
@requires(Permission.DIGEST_VIEW)
def digest(request: Request, grant: Grant) -> HttpResponse:
    """The newest digest, or that of `?week=`; names are those of today, not of that Monday."""
    today = timezone.localdate()
    rows = list(Digest.objects.permitted(grant).order_by("-week_on")[:WEEKS])
    try:
        week = parse_date(request.GET.get("week", ""))
    except ValueError:
        week = None
    chosen = next((row for row in rows if row.week_on == week), rows[0] if rows else None)
    newest = bool(rows) and chosen == rows[0]
    sections = [_section(section, chosen, newest, grant, today) for section in SECTIONS]
    context = {
        "digest": chosen,
        "gets_one": grant.role in RECIPIENTS,
        "weeks": rows,
        "sections": sections if chosen else [],
        "deliveries": chosen.deliveries.order_by("-at", "-pk")[:5] if chosen else [],
    }
    return TemplateResponse(request, "schools/digest.html", context)


def _section(
    section: Any, row: Digest | None, newest: bool, grant: Grant, today: date
) -> dict[str, Any]:
    count = row.counts.get(section.key, 0) if row else 0
    named = section.named(grant, today, NAMED) if newest and count else []
    return {"section": section, "count": count, "named": named}


@compiled()
def _of_week(grant: Grant, monday: Any) -> Any:
    return Digest.objects.permitted(grant).filter(week_on=monday).order_by("pk")[:1]


def digest_of_the_week(grant: Grant, today: date) -> Any:
    """Home: this week's figures, while there are any."""
    row = _of_week.first(grant, monday=monday_of(today))
    if row is None or not row.total:
        return None
    counts = [(s.title, row.counts.get(s.key, 0)) for s in SECTIONS if row.counts.get(s.key)]
    return {"digest": row, "counts": counts}
