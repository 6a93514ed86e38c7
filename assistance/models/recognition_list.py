"""Recognitions as they are met: the list of a school or a place, and what a school may post."""

from dataclasses import dataclass
from typing import Any

from accounts.access import Grant
from accounts.models.area import upper_bound
from schools.models import Enrolment, School, SchoolYear

from .recognition import Recognition, RecognitionQuerySet

PAGE = 50


@dataclass(frozen=True)
class RecognitionFilters:
    """Empty values filter nothing, but the year: None finds nothing."""

    year: int | None
    school: int | None = None
    state: str = ""
    tier: str = ""


@dataclass
class RecognitionPage:
    rows: list[Recognition]
    following: str = ""


def schools_of(grant: Grant) -> Any:
    """The posting's own school, or those of its area, by name."""
    rows = School.objects.select_related("organisation").order_by("organisation__name")
    if grant.posting.organisation_id is not None:
        return rows.filter(pk=grant.posting.organisation_id)
    code = grant.area_code or "~"
    return rows.filter(organisation__area_id__gte=code, organisation__area_id__lt=upper_bound(code))


def recognition_page(
    *, grant: Grant, filters: RecognitionFilters, after: int | None, size: int = PAGE
) -> RecognitionPage:
    """By number, behind `after`; two queries. A school sees its own alone."""
    rows = _filtered(grant, filters)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    rows = rows.select_related("child", "school__organisation", "proposed_by")
    found = list(rows.order_by("pk")[: size + 1])
    page = RecognitionPage(with_classes(found[:size], grant))
    if len(found) > size:
        page.following = str(found[size - 1].pk)
    return page


def _filtered(grant: Grant, filters: RecognitionFilters) -> RecognitionQuerySet:
    rows: RecognitionQuerySet = Recognition.objects.permitted(grant).filter(year=filters.year)
    school = grant.posting.organisation_id or filters.school
    if school:
        rows = rows.filter(school=school)
    if filters.state == "WAITING":
        rows = rows.waiting()
    elif filters.state:
        rows = rows.filter(state=filters.state)
    return rows.filter(tier=filters.tier) if filters.tier else rows


def with_classes(rows: list[Any], grant: Grant) -> list[Any]:
    """Each with `class_label`, as the roll of its school has it now; one query."""
    roll = Enrolment.objects.permitted(grant).defer("roll_number")
    roll = roll.filter(child__in=[row.child_id for row in rows]).order_by("starts_on")
    of = {(one.child_id, one.school_id): one.class_label for one in roll}
    for row in rows:
        row.class_label = of.get((row.child_id, row.school_id), "")
    return rows


@dataclass(frozen=True)
class Posted:
    """All that a posted list says of a pupil: no tier, no ground, no number, no place."""

    name: str
    class_label: str


def posted(*, grant: Grant, school: int, year: SchoolYear) -> list[Posted]:
    """Names and classes, by class; without those whose very name would tell."""
    rows = Recognition.objects.permitted(grant).posted().filter(school=school, year=year)
    found = with_classes(list(rows.select_related("child").order_by("pk")), grant)
    lines = [Posted(row.child.name, row.class_label) for row in found]
    return sorted(lines, key=lambda line: (line.class_label, line.name))
