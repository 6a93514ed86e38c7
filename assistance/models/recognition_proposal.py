"""Proposes recognitions in one statement. Called by `assistance.actions.recognition` alone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.history_rows import write_history
from accounts.models.area import upper_bound
from schools.models import SchoolYear

from ._facts_sql import literal
from ._recognition_sql import LAPSE, PUPILS, UPSERT, from_facts
from .recognition import Recognition
from .recognition_rule import RecognitionRule


@dataclass(frozen=True)
class Proposed:
    """How many rows are new, follow changed facts, and lapsed."""

    new: int = 0
    changed: int = 0
    lapsed: int = 0


def propose(
    *, year: SchoolYear, day: date, school: int | None, area: str, by_id: int | None, now: datetime
) -> Proposed:
    """Pupils on the roll on `day` of one school, or of children kept in `area`."""
    rules = list(RecognitionRule.objects.in_force(day.replace(day=1)))
    if not rules:
        return Proposed()
    within = f"c.managing_area_id >= {literal(area)}"
    within += f" AND c.managing_area_id < {literal(upper_bound(area))}"
    if school is not None:
        within = f"e.school_id = {school}"
    pupils = PUPILS.format(day=literal(day), within=within)
    found = from_facts(rules, day, pupils)
    params: dict[str, Any] = {"now": now, "year": year.pk, "day": day, "by": by_id}
    with connection.cursor() as cursor:
        cursor.execute(_filled(UPSERT, pupils, found), params)
        rows = cursor.fetchall()
        cursor.execute(_filled(LAPSE, pupils, found), params)
        lapsed = [pk for (pk,) in cursor.fetchall()]
    new = [pk for pk, is_new in rows if is_new]
    changed = [pk for pk, is_new in rows if not is_new]
    write_history(Recognition, new, "+", by_id=by_id, now=now)
    write_history(Recognition, changed + lapsed, "~", by_id=by_id, now=now)
    return Proposed(len(new), len(changed), len(lapsed))


def _filled(statement: str, pupils: str, found: str) -> str:
    """Literals may hold per cent signs; the driver reads two as one."""
    return statement.format(pupils=pupils.replace("%", "%%"), found=found.replace("%", "%%"))
