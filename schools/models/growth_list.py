"""Growth records with what each still lacks, and the terms they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import Grant
from schools.rules.growth_record import NEEDED, Missing, missing, subjects_due

from .growth_mark import GrowthMark, Subject
from .growth_record import GrowthRecord
from .school import Stage, Term
from .working_group import class_label

MOST_CLASSES = 200


@dataclass
class Line:
    """A record, the levels given by subject id, and what is missing in words."""

    record: GrowthRecord
    lacks: Missing
    words: list[str]

    @property
    def class_label(self) -> str:
        return class_label(self.record.stage, self.record.grade, self.record.class_name)

    @property
    def is_whole(self) -> bool:
        return not self.lacks


def lines_of(records: Sequence[GrowthRecord]) -> list[Line]:
    """In the order of `records`; two queries, however many."""
    subjects = {row.pk: row for row in Subject.objects.in_use()}
    plan = [row.as_taught() for row in subjects.values()]
    marked: dict[int, set[int]] = {record.pk: set() for record in records}
    marks = GrowthMark.objects.filter(record__in=list(marked))
    for record_id, subject_id in marks.values_list("record_id", "subject_id"):
        marked[record_id].add(subject_id)
    found = []
    for record in records:
        due = subjects_due(record.stage, record.grade, plan)
        facts = {name: getattr(record, name) for name in NEEDED}
        lacks = missing(facts, marked[record.pk], due)
        found.append(Line(record, lacks, _in_words(lacks, subjects)))
    return found


def _in_words(lacks: Missing, subjects: dict[int, Subject]) -> list[str]:
    labels = {field.name: str(field.verbose_name) for field in GrowthRecord._meta.fields}
    words = [labels[name] for name in lacks.fields]
    if len(lacks.subjects) > 3:
        return [_("marks in %(count)s subjects") % {"count": len(lacks.subjects)}, *words]
    return [str(subjects[pk]) for pk in lacks.subjects] + words


def terms_for_choice(today: date, most: int = 8) -> list[Term]:
    """Terms begun, newest first; the first is the one that is worked on."""
    rows = Term.objects.filter(starts_on__lte=today).select_related("year")
    return list(rows.order_by("-starts_on")[:most])


def class_choices(grant: Grant, term: Term) -> list[tuple[str, str]]:
    """Key and name of the classes of the term's permitted records; one query."""
    rows = GrowthRecord.objects.permitted(grant).filter(term=term).order_by()
    found = rows.values_list("stage", "grade", "class_name").distinct()[:MOST_CLASSES]
    place = {stage: number for number, stage in enumerate(Stage.values)}
    ordered = sorted(found, key=lambda row: (place.get(row[0], 9), row[1] or 0, row[2]))
    return [(class_key(*row), class_label(*row)) for row in ordered]


def of_class(key: str) -> Q:
    """Condition for a class as `class_key` writes it; nothing known matches nothing."""
    stage, _first, rest = key.partition("-")
    grade, _second, name = rest.partition("-")
    if grade and not (grade.isascii() and grade.isdigit() and len(grade) < 3):
        return Q(pk__in=[])
    return Q(stage=stage, grade=int(grade) if grade else None, class_name=name)


def class_key(stage: str, grade: int | None, class_name: str) -> str:
    return f"{stage}-{'' if grade is None else grade}-{class_name}"
