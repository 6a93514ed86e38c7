"""A school's children by class, as its pages list them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from accounts.access import Grant

from .absence import Absence
from .enrolment import Enrolment
from .excuse import Excuse
from .school import Stage

STAGES = list(Stage.values)  # in the order in which a child passes through them

# So long after a suspension ended the teacher is asked whether the child came back.
EXPECTED_BACK = timedelta(days=21)


@dataclass
class Pupil:
    """`kind` of the absence on the day, "" for present; `since` its first day.

    `excuse`: a lawful reason out of class that holds on the day, or ended of late.
    """

    enrolment: Enrolment
    kind: str = ""
    since: date | None = None
    excuse: Excuse | None = None


def enrolled(grant: Grant, school_id: int, day: date) -> list[Enrolment]:
    """The permitted children on the school's roll on `day`, by class and name; one query."""
    return in_class_order(Enrolment.objects.permitted(grant).on(day).filter(school=school_id))


def in_class_order(rows: QuerySet[Enrolment]) -> list[Enrolment]:
    """With their children, by stage, grade, class and name."""
    found = rows.select_related("child", "school").defer("child__name_keys", "child__search_keys")
    return sorted(
        found, key=lambda r: (STAGES.index(r.stage), r.grade, r.class_name, r.child.name_sort)
    )


def pupils(grant: Grant, school_id: int, day: date) -> list[Pupil]:
    """With who is away on `day`, and who has or had a lawful reason; three queries."""
    rows = [Pupil(row) for row in enrolled(grant, school_id, day)]
    by_child = {pupil.enrolment.child_id: pupil for pupil in rows}
    absences = Absence.objects.permitted(grant).on(day).filter(child__pk__among=list(by_child))
    for absence in absences:
        pupil = by_child[absence.child_id]
        pupil.kind, pupil.since = absence.kind, absence.starts_on
    excuses = Excuse.objects.permitted(grant).filter(
        child__pk__among=list(by_child), starts_on__lte=day, ends_on__gte=day - EXPECTED_BACK
    )
    for excuse in excuses.order_by("ends_on", "pk"):
        by_child[excuse.child_id].excuse = excuse
    return rows


def enrolled_before(grant: Grant, school_id: int, day: date) -> list[Enrolment]:
    """Those still on the roll whose row began before `day`: not yet moved up."""
    rows = Enrolment.objects.permitted(grant).filter(
        school=school_id, ends_on__isnull=True, starts_on__lt=day
    )
    return in_class_order(rows)
