"""Attendance of a term, from the absences: for growth records, reports and the child's page."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from children.models import Child
from schools.rules.attendance import Attendance, Away, count

from .absence import Absence
from .calendar import school_days
from .school import Term


def attendance(child: Child, term: Term, today: date) -> Attendance:
    """School days of the term up to `today`, and those missed by kind. Three queries."""
    return attendance_of([child.pk], term.starts_on, term.ends_on, today)[child.pk]


def attendance_of(
    children: Iterable[int], first: date, last: date, today: date
) -> dict[int, Attendance]:
    """Child id → attendance from `first` to `last`, both included; three queries for all."""
    days = school_days(first, min(last, today))
    away: dict[int, list[Away]] = defaultdict(list)
    ids = list(children)
    rows = Absence.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=first))
    rows = rows.filter(child__pk__among=ids, starts_on__lte=last)
    for child_id, kind, starts_on, back_on in rows.values_list(
        "child_id", "kind", "starts_on", "ends_on"
    ):
        away[child_id].append((kind, starts_on, back_on))
    return {child_id: count(days, away[child_id]) for child_id in ids}
