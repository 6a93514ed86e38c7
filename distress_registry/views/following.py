"""Who slips: what is overdue and stale by place, and the days from finding a child to its visit."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.models.area import area_names
from children.models import DueWork
from distress_registry.models import FirstVisit, FirstVisitCount, FollowCount
from distress_registry.rules import small_cells
from schools.charts import Series, line_chart

from .picture import DIGITS, SHOWN, address_of, path_to, period

OVERDUE = {"visits": "visit_on", "calls": "call_on", "stale": "verify_was_on"}
FIRST = ("opened", "in_time", "late", "not_yet")


@require_GET
@requires(Permission.PICTURE_VIEW)
def following(request: Request, grant: Grant) -> HttpResponse:
    """`?inside=` a place of ours; six queries at the most. The lists are those of this moment."""
    today = timezone.localdate()
    inside = address_of(request, grant).chosen.inside
    first = list(
        FirstVisitCount.objects.permitted(grant).of(inside).between(period(today), today)
        .order_by("-month")
    )  # fmt: skip
    kept = FollowCount.objects.permitted(grant).of(inside).between(period(today), today)
    months = list(kept.order_by("-month"))
    rows, total = _places(grant, inside, today) if grant.sees_own_area else ([], None)
    above = path_to(inside, grant)
    names = area_names([*above, *(row["place"] for row in rows)])
    for row in rows:
        row["name"] = names.get(row["place"], row["place"])
    if not grant.sees_own_area:
        first = [row for row in first if not _has_small(row, FIRST)]
        months = [row for row in months if not _has_small(row, ("files", *OVERDUE))]
    words = titles()
    context = {
        "rows": rows, "total": total,
        "first": [(row, [(n, getattr(row, n), words[n]) for n in FIRST]) for row in first],
        "noted": months, "inside": inside,
        "charts": _charts(first, months), "is_lowest": len(inside) == 12,
        "path": [(code, names.get(code, code)) for code in above],
        "place": names.get(inside, inside), "is_named": grant.sees_own_area,
        "moment": timezone.now(),
    }  # fmt: skip
    return TemplateResponse(request, "picture/following.html", context)


def _has_small(row: Any, names: tuple[str, ...]) -> bool:
    return any(small_cells.is_small(getattr(row, name)) for name in names)


def _places(grant: Grant, inside: str, today: Any) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """One query: open files by place below, and their sum."""
    due = DueWork.objects.of_own(grant).answered_for(inside)
    rows = list(due.by_place(DIGITS.get(len(inside), 12), today))
    total = {key: sum(row[key] for row in rows) for key in ("files", *OVERDUE)}
    for row in (*rows, total):
        row["share"] = row["stale"] * 100 // row["files"] if row["files"] else 0
    return rows, total


def _charts(first: list[FirstVisitCount], months: list[FollowCount]) -> list[tuple[str, Any]]:
    in_time: list[tuple[Any, float]] = [
        (row.month, row.in_time * 100 // row.opened) for row in first if row.opened
    ]
    files = [row for row in months if row.files]
    found: list[tuple[str, list[tuple[Any, float]]]] = [
        (_("First visited in time, per cent"), in_time),
        (_("Visits overdue, per cent of files"),
         [(r.month, r.visits * 100 / r.files) for r in files]),
        (_("Stale files, per cent"), [(r.month, r.stale * 100 / r.files) for r in files]),
    ]  # fmt: skip
    return [
        (title, line_chart([Series(title, points)], title=title, high=100))
        for title, points in found
        if len(points) > 1
    ]


@require_GET
@requires(Permission.VISIT_VIEW)
def following_children(request: Request, grant: Grant) -> HttpResponse:
    """`?what=visits|calls|stale` as of today, or `?what=opened|in_time|late|not_yet&month=`."""
    form = address_of(request, grant)
    chosen, what, today = form.chosen, request.GET.get("what", ""), timezone.localdate()
    what = what if what in (*OVERDUE, *FIRST) else "visits"
    if what in OVERDUE:
        rows: Any = DueWork.objects.permitted(grant).answered_for(chosen.inside)
        rows = rows.filter(**{f"{OVERDUE[what]}__lt": today})
    else:
        rows = FirstVisit.objects.permitted(grant).answered_for(chosen.inside)
        rows = rows.opened_in(chosen.month)
        rows = rows if what == "opened" else getattr(rows, what)()
    rows = rows.filter(child__gt=form.told("after") or 0)
    found = list(
        rows.select_related("child__residence_area__parent").order_by("child")[: SHOWN + 1]
    )
    names = area_names([chosen.inside])
    context = {
        "rows": found[:SHOWN], "next": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "title": titles()[what], "what": what, "chosen": chosen, "is_due": what in OVERDUE,
        "place": names.get(chosen.inside, chosen.inside),
    }  # fmt: skip
    for row in found if what in OVERDUE else []:
        row.days_overdue = (today - getattr(row, OVERDUE[what])).days
    return TemplateResponse(request, "picture/following_children.html", context)


def titles() -> dict[str, str]:
    return {
        "visits": _("Visits overdue"), "calls": _("Calls overdue"),
        "stale": _("A key fact was not confirmed in time"),
        "opened": _("Files opened"), "in_time": _("First visited in time"),
        "late": _("First visited late"), "not_yet": pgettext("first visit", "Not visited yet"),
    }  # fmt: skip
