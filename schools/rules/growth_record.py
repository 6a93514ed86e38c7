"""Growth records: who fills what of one, and what a whole one holds."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

# Sections of the form and their fields, in the order of the page.
SECTIONS: dict[str, tuple[str, ...]] = {
    "character": ("conduct", "strengths", "events", "goals"),
    "mood": ("mood",),
    "health": (
        "health", "height_cm", "weight_kg", "eyesight_left", "eyesight_right",
        "way_to_school", "distance_km",
    ),
    "words": ("own_words", "comment"),
}  # fmt: skip
# Without these a record is not whole; what happened and the eyes may stay empty.
NEEDED = ("conduct", "strengths", "goals", "mood", "height_cm", "weight_kg", "own_words", "comment")
# Whose work a section is beside that of the main helper, the class teacher and the lead.
_ALL = frozenset(SECTIONS)
SECTIONS_OF_ROLE: dict[str, frozenset[str]] = {
    "PRINCIPAL": _ALL,
    "CLASS_TEACHER": _ALL,
    "COUNSELLOR": frozenset({"mood"}),
}


def sections_for(role: str, is_main_helper: bool) -> frozenset[str]:
    """A child whose main helper teaches a subject has its record filled by that helper."""
    return _ALL if is_main_helper else SECTIONS_OF_ROLE.get(role, frozenset())


def fields_for(sections: Collection[str]) -> list[str]:
    return [field for name, fields in SECTIONS.items() if name in sections for field in fields]


@dataclass(frozen=True)
class Marker:
    """Who wants to give a mark. `subjects` are those of the seats of `desks`, the posting and whom
    it stands in for; maybe none."""

    role: str
    desks: frozenset[int]
    subjects: frozenset[int]

    def may_mark(self, subject_id: int, given_by_id: int | None) -> bool:
        """Class teacher and lead give every mark, a subject teacher those of the own subjects.

        Who holds no seat for a subject may give marks that nobody gave, and change the own ones.
        """
        if self.role in ("PRINCIPAL", "CLASS_TEACHER"):
            return True
        if self.role != "SUBJECT_TEACHER":
            return False
        if self.subjects:
            return subject_id in self.subjects
        return given_by_id is None or given_by_id in self.desks


@dataclass(frozen=True)
class Taught:
    """A subject and the grades in which it is taught, counted 1–12 from primary school on."""

    id: int
    first_grade: int
    last_grade: int


_GRADES_BEFORE = {"PRIMARY": 0, "JUNIOR": 6, "SENIOR": 9}


def grade_of_twelve(stage: str, grade: int | None) -> int | None:
    """Where primary has five years and junior four, junior's first counts as the sixth's like.

    None for stages without a common plan of subjects.
    """
    if grade is None or stage not in _GRADES_BEFORE:
        return None
    last = {"PRIMARY": 6, "JUNIOR": 9, "SENIOR": 12}[stage]
    return min(_GRADES_BEFORE[stage] + grade, last)


def subjects_due(stage: str, grade: int | None, plan: Iterable[Taught]) -> list[int]:
    """Ids of the subjects in which a child of that grade is given a mark."""
    year = grade_of_twelve(stage, grade)
    if year is None:
        return []
    return [row.id for row in plan if row.first_grade <= year <= row.last_grade]


def fill_from(ends_on: date, norms: Mapping[str, int]) -> date:
    """The first day on which a record of a term ending then is due."""
    return ends_on - timedelta(days=norms["GROWTH_DAYS_BEFORE_END"])


def close_by(ends_on: date, norms: Mapping[str, int]) -> date:
    """The last day for closing the records of a term ending then."""
    return ends_on + timedelta(days=norms["GROWTH_DAYS_TO_CLOSE"])


@dataclass(frozen=True)
class Missing:
    fields: tuple[str, ...]
    subjects: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.fields or self.subjects)


def missing(facts: Mapping[str, Any], marked: Collection[int], due: Iterable[int]) -> Missing:
    """What a record still lacks; `marked` are the subjects that have a level."""
    return Missing(
        tuple(name for name in NEEDED if facts.get(name) in (None, "")),
        tuple(subject for subject in due if subject not in marked),
    )
