"""The county's picture: five guarantees by category and by place, down to the children."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.models.area import area_names
from assistance.rules.months import shifted
from distress_registry.forms.picture import COVERED, AddressForm, PictureForm
from distress_registry.models import Guarantee, PictureCount, PictureRow
from distress_registry.models.picture import all_categories, category_label
from distress_registry.models.picture_page import (
    Chosen,
    Line,
    by_category,
    by_month,
    hide_small,
    hide_small_parts,
    lines_by,
    together,
)
from schools.charts import Series, line_chart

from .picture_cells import Drawn

MONTHS = 24
SHOWN = 50
DIGITS = {4: 6, 6: 9, 9: 12}


def address_of(request: Request, grant: Grant) -> AddressForm:
    return AddressForm(request.GET, grant=grant, today=timezone.localdate())


def categories_of(chosen: Chosen, grant: Grant) -> list[str]:
    return [chosen.category] if chosen.category else all_categories(grant)


@require_GET
@requires(Permission.PICTURE_VIEW)
def picture(request: Request, grant: Grant) -> HttpResponse:
    """`?inside=` a place of ours, `?month=2026-03`, `?category=`; four queries."""
    today = timezone.localdate()
    chosen = address_of(request, grant).chosen
    categories = categories_of(chosen, grant)
    counts = PictureCount.objects.permitted(grant)
    rows = list(counts.of(chosen.inside).between(shifted(today, -MONTHS), today))
    months = sorted({row.month for row in rows}, reverse=True)
    if chosen.month not in months and months:
        chosen = Chosen(chosen.inside, months[0], chosen.category)
    of_month = [row for row in rows if row.month == chosen.month]
    lines = [together(of_month, all_categories(grant)), *by_category(of_month)]
    below = lines_by(
        counts.below(chosen.inside).filter(month=chosen.month, category__in=categories), "place"
    )
    places = [below[code] for code in sorted(below) if below[code].children]
    series = by_month(rows, categories)
    if not grant.sees_own_area:
        hide_small([*lines, *series])
        hide_small_parts(places)
    above = path_to(chosen.inside, grant)
    names = area_names([*above, *below])
    for line in lines:
        line.query = chosen.leading_to(category="" if line is lines[0] else line.key)
    for line in places:
        line.name, line.query = names.get(line.key, line.key), chosen.leading_to(inside=line.key)
    Drawn(is_named=grant.sees_own_area).add_to([*lines, *places])
    context = {
        "chosen": chosen, "lines": lines, "places": places, "series": series[::-1],
        "charts": charts(series), "months": months, "path": [(c, names.get(c, c)) for c in above],
        "place": names.get(chosen.inside, chosen.inside), "guarantees": Guarantee.choices,
        "form": PictureForm(
            initial={
                "inside": chosen.inside, "month": f"{chosen.month:%Y-%m}",
                "category": chosen.category,
            },
            grant=grant, months=months,
        ),
        "category": category_label(categories[0]), "is_named": grant.sees_own_area,
        "moment": timezone.now(),
    }  # fmt: skip
    return TemplateResponse(request, "picture/picture.html", context)


def path_to(inside: str, grant: Grant) -> list[str]:
    """Codes from our own area down to the place."""
    own = len(grant.area_code or "")
    return [inside[:digits] for digits in (4, 6, 9, 12) if own <= digits <= len(inside)]


def charts(series: list[Line]) -> list[tuple[str, str, Any]]:
    """A drawing for each guarantee: the share covered, month by month."""
    found = []
    for code in Guarantee:
        label = str(code.label)
        points = [
            (line.key, line.cells[code].percent) for line in series
            if line.cells[code].of and not line.cells[code].is_hidden
        ]  # fmt: skip
        title = _("%(guarantee)s: covered, per cent") % {"guarantee": label}
        found.append((code, label, line_chart([Series(label, points)], title=title, high=100)))
    return [entry for entry in found if entry[2]]


@require_GET
@requires(Permission.VISIT_VIEW)
def picture_children(request: Request, grant: Grant) -> HttpResponse:
    """The children behind one cell; `?covered=yes|no`, without it all whom it concerns."""
    form = address_of(request, grant)
    chosen, guarantee = form.chosen, form.told("guarantee") or Guarantee.LIVING
    covered = COVERED[form.told("covered") or ""]
    categories = categories_of(chosen, grant)
    cell = PictureRow.objects.permitted(grant).answered_for(chosen.inside).in_month(chosen.month)
    cell = cell.in_cell(categories, guarantee, covered).filter(child__gt=form.told("after") or 0)
    found = list(
        cell.select_related("child__residence_area__parent").order_by("child")[: SHOWN + 1]
    )
    counts = PictureCount.objects.permitted(grant).of(chosen.inside).filter(month=chosen.month)
    line = together(counts, categories)
    names = area_names([chosen.inside])
    context = {
        "rows": found[:SHOWN], "next": found[SHOWN - 1].child_id if len(found) > SHOWN else None,
        "chosen": chosen, "cell": line.cells[guarantee], "covered": form.told("covered") or "",
        "category": category_label(categories[0]),
        "place": names.get(chosen.inside, chosen.inside),
        "is_past": chosen.month < timezone.localdate().replace(day=1),
    }  # fmt: skip
    return TemplateResponse(request, "picture/children.html", context)


def period(today: date) -> date:
    """First month of a year of months."""
    return shifted(today.replace(day=1), -11)
