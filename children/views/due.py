"""Who is to be visited, called, looked at again: the list, place by place, the home page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.models.area import area_names
from children.models import DueWork
from children.models.compiled import CompiledQuerySet, compiled
from children.models.due import LEVELS, WEEK, DueWorkQuerySet, Item

SHOWN = 50
MOST = 100  # counted; more are «100+»
ON_HOME = 5


@dataclass(frozen=True)
class Line:
    """A child of the list, with what is due by the end of the week."""

    row: DueWork
    today: date

    @property
    def part(self) -> str:
        return part_of(self.row.due_on, self.today)

    @property
    def items(self) -> list[tuple[Item, int]]:
        """Each piece of work with the days it is overdue, below 0 when it is still to come."""
        soon = [item for item in self.row.items if item.on <= self.today + WEEK]
        return [(item, (self.today - item.on).days) for item in soon]


def part_of(day: date, today: date) -> str:
    return "overdue" if day < today else "today" if day == today else "week"


def _parts(rows: DueWorkQuerySet, today: date) -> dict[str, DueWorkQuerySet]:
    return {
        "high": rows.overdue_on(today).of_high_risk(),
        "overdue": rows.overdue_on(today), "today": rows.of_today(today),
        "week": rows.of_the_week(today),
    }  # fmt: skip


def _titles() -> dict[str, str]:
    return {
        "high": pgettext("due", "Overdue, high risk"),
        "overdue": pgettext("due", "Overdue"), "today": pgettext("due", "Today"),
        "week": pgettext("due", "Within a week"),
    }  # fmt: skip


def _inside(request: Request, grant: Grant) -> str:
    """`?inside=` a place of ours, else our own area; "" for who has none."""
    own, asked = grant.area_code or "", request.GET.get("inside", "")
    return asked if own and asked.isdecimal() and asked.startswith(own) else own


def _of_place(grant: Grant, column: str, code: Any) -> DueWorkQuerySet:
    return DueWork.objects.permitted(grant).filter(**{column: code})


@compiled()
def _numbers(grant: Grant, part: str, column: str, code: Any, today: Any) -> Any:
    rows = _parts(_of_place(grant, column, code), today)[part]
    return rows.order_by("due_on").values_list("pk")[: MOST + 1]


@compiled()
def _first_of_high_risk(grant: Grant, column: str, code: Any, today: Any) -> Any:
    return _parts(_of_place(grant, column, code), today)["high"].for_list()[:ON_HOME]


@compiled()
def _first(grant: Grant, column: str, code: Any, today: Any) -> Any:
    return _of_place(grant, column, code).soon(today).for_list()[: 2 * ON_HOME]


@compiled()
def _lines(grant: Grant, part: str, column: str, code: Any, today: Any, **after: Any) -> Any:
    rows = _of_place(grant, column, code)
    rows = _parts(rows, today)[part] if part else rows.soon(today)
    return (rows.after(**after) if after else rows).for_list()[: SHOWN + 1]


def _counts(grant: Grant, inside: str, today: date) -> list[dict[str, Any]]:
    """How many children stand in each part, counted up to `MOST`; one query for each.

    Nothing is said of a high risk where none is overdue."""
    counted = []
    for part, title in _titles().items():
        found = len(_asked(_numbers, grant, part, inside=inside, today=today))
        counted.append(
            {"part": part, "title": title, "count": min(found, MOST), "more": found > MOST}
        )
    return [count for count in counted if count["count"] or count["part"] != "high"]


def _asked(rows: CompiledQuerySet, grant: Grant, *which: str, inside: str, **given: Any) -> Any:
    """Of the children whose files the area `inside` keeps."""
    column = LEVELS.get(len(inside))
    return rows(grant, *which, column, code=inside, **given) if column else []


@require_GET
@requires(Permission.VISIT_VIEW)
def due_list(request: Request, grant: Grant) -> HttpResponse:
    """`?part=high|overdue|today|week`, `?inside=` a place, `?after=2026-03-02.17`: day, child."""
    today, inside = timezone.localdate(), _inside(request, grant)
    part = request.GET.get("part", "")
    part = part if part in _titles() else ""
    after = _after(request.GET.get("after", ""))
    goes_on = dict(zip(("day", "child"), after, strict=True)) if after else {}
    found = _asked(_lines, grant, part, inside=inside, today=today, **goes_on)
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    context = {
        "lines": [Line(row, today) for row in found[:SHOWN]], "titles": _titles(), "part": part,
        "counts": _counts(grant, inside, today), "today": today, "inside": inside,
        "place": area_names([inside]).get(inside, "") if inside != grant.area_code else "",
        "next": f"{last.due_on:%Y-%m-%d}.{last.pk}" if last else "",
    }  # fmt: skip
    return TemplateResponse(request, "children/due_list.html", context)


def _after(text: str) -> tuple[date, int] | None:
    day, _dot, child = text.partition(".")
    try:
        on = parse_date(day)
    except ValueError:
        return None
    number = whole_number(child)
    return (on, number) if on is not None and number is not None else None


@require_GET
@requires(Permission.VISIT_VIEW)
def due_villages(request: Request, grant: Grant) -> HttpResponse:
    """Place by place: open files, what is overdue, and the share of files whose facts are stale."""
    today, inside = timezone.localdate(), _inside(request, grant)
    digits = {6: 9, 9: 12}.get(len(inside), 12)
    rows = DueWork.objects.permitted(grant).answered_for(inside).by_place(digits, today)
    found = list(rows)
    names = area_names([inside, *(row["place"] for row in found)])
    for row in found:
        row["name"] = names.get(row["place"], row["place"])
        row["share"] = round(100 * row["stale"] / row["files"])
    keys = ("files", "visits", "calls", "stale")
    total = {key: sum(row[key] for row in found) for key in keys}
    total["share"] = round(100 * total["stale"] / total["files"]) if found else 0
    context = {
        "rows": found, "total": total, "inside": inside, "today": today,
        "place": names.get(inside, ""), "is_township": digits == 9,
        "above": inside != grant.area_code,
    }  # fmt: skip
    return TemplateResponse(request, "children/due_villages.html", context)


def due_block(grant: Grant, today: date) -> Any:
    """Home: the first children of the list, and how many there are in each part; six queries.

    High risks that are overdue go before what has waited longer.
    """
    inside = grant.area_code or ""
    found = _asked(_first_of_high_risk, grant, inside=inside, today=today)
    urgent = {row.pk for row in found}
    others = _asked(_first, grant, inside=inside, today=today)
    found = [*found, *(row for row in others if row.pk not in urgent)][:ON_HOME]
    if not found:
        return None
    return {
        "lines": [Line(row, today) for row in found], "counts": _counts(grant, inside, today),
        "by_place": len(grant.area_code or "") < 12,
    }  # fmt: skip
