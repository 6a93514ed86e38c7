"""The schools of an area: is there a group, are its seats held, and whose child has nobody."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Exists, OuterRef, When

from accounts.access import Grant
from accounts.models.area import upper_bound
from children.models import FileStatus, RiskLevel

from .base import HalfOpenQuerySet
from .enrolment import Enrolment
from .group_overview import present_year
from .pairing import Pairing
from .school import School
from .seating import Seating, seating
from .working_group import WorkingGroup

MOST_CHILDREN = 50
MOST_COUNTED = 500


@dataclass
class SchoolCoverage:
    school: School
    has_group: bool = False
    long_empty: list[Seating] = field(default_factory=list)
    without_helper: int = 0


@dataclass(frozen=True)
class Coverage:
    """`children` (the first of them, with `enrolment`) are ours, at any school."""

    schools: list[SchoolCoverage]
    children: list[Enrolment]
    is_capped: bool


def coverage_of(grant: Grant, today: date) -> Coverage:
    """Schools with most to do first; a constant number of queries."""
    code = grant.home_area_code
    rows = School.objects.filter(organisation__is_active=True)
    rows = rows.filter(organisation__area__gte=code, organisation__area__lt=upper_bound(code))
    found = {row.pk: SchoolCoverage(row) for row in rows.select_related("organisation")}
    groups = {
        group.pk: group
        for group in WorkingGroup.objects.filter(year=present_year(today), school__in=list(found))
    }
    for group in groups.values():
        found[group.school_id].has_group = True
    for line in seating(groups.values(), today):
        if line.vacancy and line.vacancy.tells_township:
            found[groups[line.seat.group_id].school_id].long_empty.append(line)
    alone = enrolled_without_helper(grant, today)
    counts: dict[int, int] = defaultdict(int)
    for row in alone:
        counts[row.school_id] += 1
    for key, count in counts.items():
        if key in found:
            found[key].without_helper = count
    schools = sorted(found.values(), key=_urgency)
    return Coverage(schools, alone[:MOST_CHILDREN], len(alone) == MOST_COUNTED)


def _urgency(line: SchoolCoverage) -> tuple:
    return (-line.without_helper, line.has_group, -len(line.long_empty), line.school.name)


def enrolled_without_helper(grant: Grant, today: date, most: int = MOST_COUNTED) -> list[Enrolment]:
    """Places on a roll of our children (`of_own`) for whom no main helper is there today.

    Those at high risk first; `most` of them.
    """
    rows = unhelped(Enrolment.objects.of_own(grant), today)
    rows = rows.select_related("child__residence_area", "school__organisation")
    at_risk = Case(When(child__risk_level=RiskLevel.HIGH, then=0), default=1)
    return list(rows.order_by(at_risk, "pk")[:most])


def unhelped(rows: HalfOpenQuerySet, today: date) -> HalfOpenQuerySet:
    """Of these places on a roll those of today whose child has no main helper who is there."""
    caring = Pairing.objects.caring_on(today).filter(is_main=True, child=OuterRef("child"))
    return rows.on(today).exclude(child__status=FileStatus.CLOSED).filter(~Exists(caring))
