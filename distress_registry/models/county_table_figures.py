"""The figures of a table as they are counted: one statement, and one for the names of its rows."""

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.access import Grant
from accounts.models import Organisation
from accounts.models.area import area_names, upper_bound
from assistance.models import Programme
from distress_registry.rules.check_sums import WHOLE, Number
from distress_registry.rules.county_figures import Counting

from ._county_money_sql import BY_SCHOOL, PAYMENTS, by_place
from .county_table import CountyTable
from .picture import PictureCount, all_categories


@dataclass(frozen=True)
class Period:
    """First and last day, both included; `until`: the last of them not after today."""

    first: date
    last: date
    until: date

    @property
    def is_running(self) -> bool:
        return self.until < self.last

    @property
    def month(self) -> date:
        """The last that has begun: whose picture counts."""
        return self.until.replace(day=1)


@dataclass
class Figures:
    """`rows`: key → figures, WHOLE among them; `names` of the others, in order."""

    rows: dict[str, dict[str, Number]]
    names: dict[str, str] = field(default_factory=dict)


def figures_of(table: CountyTable, place: str, period: Period) -> Figures:
    counting = Counting(table.counting)
    with connection.cursor() as cursor:
        cursor.execute(*_question(counting, place, period))
        rows = {key: _read(row) for key, row in cursor.fetchall()}
    rows.setdefault(WHOLE, dict.fromkeys(table.plan.figures, 0))
    return Figures(rows, _names(counting, place, [key for key in rows if key != WHOLE]))


def _question(counting: Counting, place: str, period: Period) -> tuple[str, Any]:
    in_area = {
        "lo": place, "hi": upper_bound(place), "month": period.month, "first": period.first,
        "last": period.until, "zone": settings.TIME_ZONE,
    }  # fmt: skip
    if counting == Counting.PAYMENTS:
        return PAYMENTS, in_area
    if counting == Counting.DROPOUT_MONTH:
        return BY_SCHOOL, in_area
    if counting == Counting.DROPOUT_QUARTER:
        return by_place(place), in_area
    function = f"county_table_{counting.value.lower()}"
    sql = f"SELECT row_key, figures::text FROM {function}(%s, %s, %s)"
    return sql, [place, period.first, period.until]


def _read(row: str) -> dict[str, Number]:
    return json.loads(row, parse_float=Decimal)


def _names(counting: Counting, place: str, keys: list[str]) -> dict[str, str]:
    """In the order of the page. What lies in no place or school below stands last."""
    if counting == Counting.PAYMENTS:
        programmes = Programme.objects.filter(pk__in=[int(key) for key in keys])
        return {str(row.pk): row.label for row in programmes.order_by("position", "code")}
    if counting == Counting.DROPOUT_MONTH:
        ids = [int(key) for key in keys if key != "-"]
        schools = Organisation.objects.filter(pk__in=ids).order_by("code")
        names = {str(pk): name for pk, name in schools.values_list("pk", "name")}
        return names | ({"-": _("no school")} if "-" in keys else {})
    known = area_names(keys)
    names = {key: known.get(key, key) for key in sorted(keys) if key != place}
    if place in keys:
        names[place] = _("kept by %(place)s itself") % {"place": known.get(place, place)}
    return names


def children_in_picture(grant: Grant, place: str, month: date) -> int | None:
    """How many children the kept sums of the picture have; None where they have no such month."""
    counts = PictureCount.objects.permitted(grant).of(place)
    found = counts.filter(month=month, category__in=all_categories(grant))
    numbers = list(found.values_list("children", flat=True))
    return sum(numbers) if numbers else None
