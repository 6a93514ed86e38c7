"""The whole growth file of a child (成长档案) as it is printed: the cover, lines, every term."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.access import Grant
from children.models import (
    CategorySpell,
    Child,
    DisabilityCertificate,
    Guardianship,
    ParentStatus,
)
from children.models.guardianship import Relation
from children.rules import masking
from schools.charts import Series, line_chart
from schools.rules.growth_mark import number

from .enrolment import Enrolment
from .growth_figures import add_figures
from .growth_mark import GrowthMark, Subject
from .growth_record import GrowthCorrection, GrowthRecord, MarkLevel
from .wellbeing import Course
from .working_group import class_label

# From the lowest up, as a line rises.
RISING = [MarkLevel.IMPROVE, MarkLevel.FAIR, MarkLevel.GOOD, MarkLevel.EXCELLENT]
MOST_LINES = 4  # more cannot be told apart in grey print
MOST_COLUMNS = 8  # terms beside each other on A4
PARENTS = (Relation.FATHER, Relation.MOTHER)


@dataclass
class Person:
    """A box of the family map; `situation` is a parent's and sensitive."""

    relation: str
    name: str = ""
    care: Any = None
    situation: str = ""


@dataclass
class GrowthFile:
    """Of a permitted child; `is_sensitive` adds mood, wellbeing, situation of the parents.

    A constant number of queries, but one round of figures for each open record's term.
    """

    child: Child
    grant: Grant
    today: date
    is_sensitive: bool = False

    @cached_property
    def records(self) -> list[Any]:
        """Oldest first, with `mark_rows`, `correction_rows`, `told` and `class_words`."""
        rows: list[Any] = list(
            GrowthRecord.objects.permitted(self.grant)
            .filter(child=self.child)
            .select_related("term__year", "school__organisation", "closed_by")
            .order_by("term__starts_on")
        )
        add_figures(rows)
        corrections: dict[int, list[GrowthCorrection]] = defaultdict(list)
        kept = GrowthCorrection.objects.permitted(self.grant).filter(child=self.child)
        for correction in kept.select_related("by"):
            corrections[correction.record_id].append(correction)
        for row in rows:
            row.mark_rows = [mark for mark in self.marks if mark.record_id == row.pk]
            row.correction_rows = corrections[row.pk]
            row.class_words = class_label(row.stage, row.grade, row.class_name)
        return rows

    @cached_property
    def marks(self) -> list[GrowthMark]:
        rows = GrowthMark.objects.permitted(self.grant).filter(child=self.child)
        return list(rows.select_related("subject").order_by("subject__position", "subject"))

    # The cover -----------------------------------------------------------------------------

    @property
    def age(self) -> int:
        return self.child.age_on(self.today)

    @property
    def masked_id(self) -> str:
        return masking.id_number(self.child.id_number)

    @cached_property
    def newest(self) -> Any:
        return self.records[-1] if self.records else None

    @cached_property
    def enrolment(self) -> Enrolment | None:
        rows = Enrolment.objects.permitted(self.grant).filter(child=self.child).on(self.today)
        return rows.select_related("school__organisation").first()

    @property
    def class_words(self) -> str:
        row = self.enrolment
        return class_label(row.stage, row.grade, row.class_name) if row else ""

    @cached_property
    def carers(self) -> list[Guardianship]:
        rows = Guardianship.objects.permitted(self.grant).filter(child=self.child)
        rows = rows.on(self.today).select_related("guardian")
        return list(rows.order_by("-is_main_carer", "relation", "pk"))

    @cached_property
    def parent_rows(self) -> list[ParentStatus]:
        if not self.is_sensitive:
            return []
        rows = ParentStatus.objects.permitted(self.grant).filter(child=self.child)
        return list(rows.on(self.today).order_by("parent", "starts_on"))

    @property
    def parents(self) -> list[Person]:
        found = []
        for relation in PARENTS:
            care = next((row for row in self.carers if row.relation == relation), None)
            situations = [
                str(row.get_status_display())  # type: ignore[attr-defined]
                for row in self.parent_rows
                if row.parent == relation
            ]
            name = care.guardian.name if care else ""
            found.append(Person(str(relation.label), name, care, " · ".join(situations)))
        return found

    @property
    def others(self) -> list[Person]:
        return [
            Person(str(row.get_relation_display()), row.guardian.name, row)  # type: ignore[attr-defined]
            for row in self.carers
            if row.relation not in PARENTS
        ]

    @cached_property
    def certificates(self) -> list[DisabilityCertificate]:
        rows = DisabilityCertificate.objects.permitted(self.grant).filter(child=self.child)
        return list(rows.filter(status="VALID").order_by("-issued_on", "-pk"))

    @cached_property
    def categories(self) -> list[CategorySpell]:
        if not self.is_sensitive:
            return []
        rows = CategorySpell.objects.visible_to(self.grant).filter(child=self.child)
        return list(rows.on(self.today).order_by("starts_on", "pk"))

    # Lines ---------------------------------------------------------------------------------

    @property
    def columns(self) -> list[Any]:
        """The newest terms, oldest first."""
        return self.records[-MOST_COLUMNS:]

    @cached_property
    def subjects(self) -> list[Subject]:
        return list({mark.subject_id: mark.subject for mark in self.marks}.values())

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """Subject and its levels in `columns`; conduct last."""
        held = {(mark.record_id, mark.subject_id): mark for mark in self.marks}
        lines = []
        for subject in self.subjects:
            marks = [held.get((row.pk, subject.pk)) for row in self.columns]
            lines.append((str(subject), [_level_in_words(mark) for mark in marks]))
        conduct = [str(row.get_conduct_display() or "–") for row in self.columns]
        return [*lines, (_("Conduct"), conduct)]

    @property
    def chart_of_levels(self) -> Any:
        """The first subjects of the list that have a level in two terms or more."""
        days = {row.pk: row.term.ends_on for row in self.records}
        height = {level.value: place for place, level in enumerate(RISING)}
        lines: dict[int, list[tuple[date, float]]] = defaultdict(list)
        for mark in self.marks:
            lines[mark.subject_id].append((days[mark.record_id], height[mark.level]))
        chosen = [s for s in self.subjects if len(lines[s.pk]) > 1][:MOST_LINES]
        return line_chart(
            [Series(str(subject), lines[subject.pk]) for subject in chosen],
            title=_("Levels over the terms"), high=3,
            levels=[str(level.label) for level in RISING],
        )  # fmt: skip

    def _measure(self, name: str, title: str) -> Any:
        points = [
            (row.term.ends_on, float(getattr(row, name)))
            for row in self.records
            if getattr(row, name) is not None
        ]
        if len(points) < 2:
            return ""
        values = [value for _day, value in points]
        low = min(values) - 2
        return line_chart(
            [Series(title, points)], title=title, low=low, high=max(values) + 2, height=130
        )

    @property
    def charts(self) -> list[tuple[str, Any]]:
        """Title and picture of every line that there is."""
        found = [
            (_("Levels over the terms"), self.chart_of_levels),
            (_("height (cm)"), self._measure("height_cm", _("height (cm)"))),
            (_("weight (kg)"), self._measure("weight_kg", _("weight (kg)"))),
        ]
        if self.is_sensitive:
            found.append((_("Wellbeing over time"), wellbeing_chart(self.child, self.grant)))
        return [(title, chart) for title, chart in found if chart]


def _level_in_words(mark: GrowthMark | None) -> str:
    if mark is None:
        return "–"
    label = str(mark.get_level_display())  # type: ignore[attr-defined]
    return f"{label} {number(mark.score)}".rstrip()


def wellbeing_chart(child: Child, grant: Grant) -> Any:
    """All signs of the observations together, over time; "" while nothing was observed."""
    course = Course(child, grant)
    return course.chart if course.rows else ""
