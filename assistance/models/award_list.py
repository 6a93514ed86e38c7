"""Awards as they are met: the list of a school or a place, and its figures school by school."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.access import Grant
from accounts.models.area import upper_bound
from schools.models import School, Term

from .award_left_out import AwardLeftOut
from .education_award import EducationAward, EducationAwardQuerySet
from .education_settlement import EducationSettlement
from .recognition_list import schools_of, with_classes

PAGE = 50


@dataclass(frozen=True)
class AwardFilters:
    """Empty values filter nothing, but the term: None finds nothing."""

    term: int | None
    school: int | None = None
    programme: int | None = None
    state: str = ""


@dataclass
class AwardPage:
    rows: list[EducationAward]
    following: str = ""


@dataclass
class OfSchool:
    """Money of one school in one term; `waived` and `granted` are confirmed. `is_ours`: of the own
    area, which settles with it; others are there because they teach children of the area.
    """

    school: School
    is_ours: bool
    proposed: int
    waived: Decimal
    to_settle: Decimal
    granted: Decimal
    settlements: list[EducationSettlement]


def _rows(grant: Grant, filters: AwardFilters) -> EducationAwardQuerySet:
    """A school sees its own alone."""
    rows: EducationAwardQuerySet = EducationAward.objects.permitted(grant).filter(term=filters.term)
    school = grant.posting.organisation_id or filters.school
    return rows.filter(school=school) if school else rows


def filtered(grant: Grant, filters: AwardFilters) -> EducationAwardQuerySet:
    rows = _rows(grant, filters)
    if filters.programme:
        rows = rows.filter(programme=filters.programme)
    return rows.filter(state=filters.state) if filters.state else rows.counting()


def award_page(
    *, grant: Grant, filters: AwardFilters, after: int | None, size: int = PAGE
) -> AwardPage:
    rows = filtered(grant, filters)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    rows = rows.with_paid_on().select_related("child", "programme", "school__organisation")
    found = list(rows.order_by("pk")[: size + 1])
    page = AwardPage(with_classes(found[:size], grant))
    if len(found) > size:
        page.following = str(found[size - 1].pk)
    return page


@dataclass
class LeftOutPage:
    rows: list[AwardLeftOut]
    following: str = ""


def left_out(grant: Grant, filters: AwardFilters) -> Any:
    """As of when the term was last put together. A school sees its own alone."""
    rows = AwardLeftOut.objects.permitted(grant).filter(term=filters.term)
    school = grant.posting.organisation_id or filters.school
    return rows.filter(school=school) if school else rows


def left_out_page(
    *, grant: Grant, filters: AwardFilters, after: int | None, size: int = PAGE
) -> LeftOutPage:
    """With the award of the child that each is kept apart from; three queries."""
    rows = left_out(grant, filters)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    rows = rows.select_related("child", "programme", "beside", "school__organisation")
    found = list(rows.order_by("pk")[: size + 1])
    page = LeftOutPage(found[:size])
    if len(found) > size:
        page.following = str(found[size - 1].pk)
    awards = (
        EducationAward.objects.permitted(grant)
        .counting()
        .filter(term=filters.term, child__in={row.child_id for row in page.rows})
    )
    others = {(award.child_id, award.programme_id): award for award in awards}
    for row in page.rows:
        row.other = others.get((row.child_id, row.beside_id))
    return page


def to_confirm(grant: Grant, filters: AwardFilters) -> EducationAwardQuerySet:
    """Proposed by others, for children whose files the own area keeps."""
    code = grant.area_code or "~"
    rows = _rows(grant, filters).waiting().exclude(proposed_by=grant.user)
    return rows.filter(
        child__managing_area_id__gte=code, child__managing_area_id__lt=upper_bound(code)
    )


def _numbers(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value or Decimal(0) for key, value in row.items()}


def by_school(grant: Grant, filters: AwardFilters, term: Term | None) -> list[OfSchool]:
    """By name of school; four queries."""
    if term is None:
        return []
    waived = Q(state="CONFIRMED", paid_to="SCHOOL")
    sums = _rows(grant, filters).counting().order_by().values("school").annotate(
        proposed=Count("pk", filter=Q(state="PROPOSED")), waived=Sum("amount", filter=waived),
        to_settle=Sum("amount", filter=waived & Q(settlement=None)),
        granted=Sum("amount", filter=Q(state="CONFIRMED", paid_to="FAMILY")),
    )  # fmt: skip
    figures: dict[Any, dict[str, Any]] = {row.pop("school"): row for row in sums}
    settlements: dict[int, list[EducationSettlement]] = {}
    rows = EducationSettlement.objects.permitted(grant).filter(term=term).order_by("number")
    for row in rows:
        settlements.setdefault(row.school_id, []).append(row)
    ours = set(schools_of(grant).order_by().values_list("pk", flat=True))
    named = School.objects.filter(pk__in=figures).select_related("organisation")
    return [
        OfSchool(
            school, school.pk in ours, settlements=settlements.get(school.pk, []),
            **_numbers(figures[school.pk]),
        )
        for school in named.order_by("organisation__name")
    ]  # fmt: skip
