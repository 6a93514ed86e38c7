"""Which marks and sections of a growth record a posting works on."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q

from accounts.access import Grant
from accounts.models import Posting
from schools.rules.growth_record import Marker, sections_for, subjects_due

from .growth_mark import GrowthMark, Subject
from .growth_record import GrowthRecord
from .pairing import Pairing
from .school import Stage
from .working_group import SeatHolder, SeatKind

# Key of a form's row, its label, record id, subject id.
Row = tuple[str, str, int, int]


def marker_of(posting: Posting, today: date) -> Marker:
    """The subjects of the posting's seats, found by their names in either language."""
    names, desks = seat_subjects(posting, today), frozenset(posting.desks)
    if not names:
        return Marker(posting.role, desks, frozenset())
    rows = Subject.objects.filter(Q(label_zh__in=names) | Q(label_en__in=names))
    return Marker(posting.role, desks, frozenset(rows.values_list("pk", flat=True)))


def seat_subjects(posting: Posting, today: date) -> list[str]:
    """Names of the subjects whose seats the posting holds in its working group."""
    rows = SeatHolder.objects.filter(seat__kind=SeatKind.SUBJECT_TEACHER)
    rows = rows.filter(holder__in=posting.desks)
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)
    return list(rows.values_list("seat__subject", flat=True))


def sections_of(grant: Grant, record: GrowthRecord, today: date) -> frozenset[str]:
    """Sections that the grant fills; a helper of the child may be the main one."""
    sections = sections_for(grant.role, is_main_helper=False)
    if sections:
        return sections
    main = Pairing.objects.on(today).filter(child=record.child_id, is_main=True)
    return sections_for(grant.role, main.filter(helper__in=grant.posting.desks).exists())


def rows_of_record(
    record: GrowthRecord, marker: Marker
) -> tuple[list[Row], Mapping[str, GrowthMark]]:
    """A row for each subject of the child's grade, or marked already, that the marker may mark."""
    marks = {row.subject_id: row for row in GrowthMark.objects.filter(record=record)}
    subjects = list(Subject.objects.in_use())
    due = set(subjects_due(record.stage, record.grade, [row.as_taught() for row in subjects]))
    if not due and record.stage != Stage.PRESCHOOL:
        due = {row.pk for row in subjects}
    rows = [
        (str(row.pk), str(row), record.pk, row.pk)
        for row in subjects
        if (row.pk in due or row.pk in marks)
        and marker.may_mark(row.pk, marks[row.pk].given_by_id if row.pk in marks else None)
    ]
    return rows, {str(key): row for key, row in marks.items()}


def rows_of_subject(
    subject: Subject, records: Sequence[GrowthRecord], marker: Marker
) -> tuple[list[Row], Mapping[str, GrowthMark]]:
    """A row for each of the records in which the marker may mark the subject."""
    found = GrowthMark.objects.filter(subject=subject, record__in=[row.pk for row in records])
    marks = {row.record_id: row for row in found}
    rows = [
        (str(row.pk), row.child.name, row.pk, subject.pk)
        for row in records
        if marker.may_mark(subject.pk, marks[row.pk].given_by_id if row.pk in marks else None)
    ]
    return rows, {str(key): row for key, row in marks.items()}


def subjects_to_mark(records: Sequence[GrowthRecord], marker: Marker) -> list[Subject]:
    """Subjects taught in the grades of the records that the marker may give at all."""
    subjects = list(Subject.objects.in_use())
    plan = [row.as_taught() for row in subjects]
    due = {pk for row in records for pk in subjects_due(row.stage, row.grade, plan)}
    return [row for row in subjects if row.pk in due and marker.may_mark(row.pk, None)]
