"""A school's children by class, as its pages list them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.access import Grant

from .absence import Absence
from .enrolment import Enrolment


@dataclass
class Pupil:
    """`kind` of the absence on the day, "" for present; `since` its first day."""

    enrolment: Enrolment
    kind: str = ""
    since: date | None = None


def enrolled(grant: Grant, school_id: int, day: date) -> list[Enrolment]:
    """The permitted children on the school's roll on `day`, by class and name; one query."""
    rows = Enrolment.objects.permitted(grant).on(day).filter(school=school_id)
    rows = rows.select_related("child").defer("child__name_keys", "child__search_keys")
    return sorted(
        rows, key=lambda r: (STAGE_ORDER.index(r.stage), r.grade, r.class_name, r.child.name_sort)
    )


STAGE_ORDER: Sequence[str] = ("PRESCHOOL", "PRIMARY", "JUNIOR", "SENIOR", "VOCATIONAL")


def pupils(grant: Grant, school_id: int, day: date) -> list[Pupil]:
    """With who is away on `day`; two queries."""
    rows = [Pupil(row) for row in enrolled(grant, school_id, day)]
    by_child = {pupil.enrolment.child_id: pupil for pupil in rows}
    absences = Absence.objects.permitted(grant).on(day).filter(child__pk__among=list(by_child))
    for absence in absences:
        pupil = by_child[absence.child_id]
        pupil.kind, pupil.since = absence.kind, absence.starts_on
    return rows
