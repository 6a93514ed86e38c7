"""What the lead of a working group must look at today."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from accounts.access import Grant
from children.models import Child

from .enrolment import Enrolment
from .load import helpers_of
from .norm import Norm
from .pairing import Pairing
from .pairing_board import children_at
from .school import School, SchoolYear
from .seating import Seating, group_of, seating
from .working_group import WorkingGroup

MOST = 20  # shown; more are told by a sign
ARRIVED = timedelta(days=30)


@dataclass
class GroupOverview:
    """The lists below the group are the lead's alone."""

    school: School | None
    year: SchoolYear | None
    group: WorkingGroup | None
    seats: list[Seating] = field(default_factory=list)
    had_one_before: bool = False
    helpers: list[Any] = field(default_factory=list)
    without_helper: list[Child] = field(default_factory=list)
    arrived: list[Any] = field(default_factory=list)
    unconfirmed: list[Pairing] = field(default_factory=list)

    @property
    def alerts(self) -> list[Seating]:
        return [line for line in self.seats if line.vacancy and line.vacancy.tells_lead]

    @property
    def empty(self) -> list[Seating]:
        return [line for line in self.seats if line.vacancy]

    @property
    def has_more_without(self) -> bool:
        return len(self.without_helper) > MOST


def school_of_grant(grant: Grant) -> School | None:
    rows = School.objects.filter(pk=grant.posting.organisation_id)
    return rows.select_related("organisation").first()


def present_year(today: date) -> SchoolYear | None:
    return SchoolYear.objects.on(today).first()


def group_overview(grant: Grant, today: date, leads: bool) -> GroupOverview:
    """A constant number of queries."""
    school = school_of_grant(grant)
    if school is None:
        return GroupOverview(None, None, None)
    group = group_of(school, today)
    found = GroupOverview(school, group.year if group else present_year(today), group)
    if group is not None:
        found.seats = seating([group], today)
    else:
        found.had_one_before = WorkingGroup.objects.permitted(grant).exists()
    if leads:
        found.helpers = list(helpers_of(grant, today))
        without = children_at(grant, today, without_helper=True)
        found.without_helper = list(without.only("name", "risk_level").order_by("pk")[: MOST + 1])
        found.arrived = arrivals(grant, today)
        found.unconfirmed = unconfirmed_handovers(grant, today)
    return found


def arrivals(grant: Grant, today: date) -> list[Any]:
    """Rows of the roll of those who came from another school of late, with its name as `came_from`,
    and whom nobody here cares for yet; the newest first."""
    since, school = today - ARRIVED, grant.posting.organisation_id
    roll = Enrolment.objects.filter(child=OuterRef("child")).exclude(school=school)
    before = roll.filter(ends_on__gt=since, ends_on__lte=OuterRef("starts_on"))
    cared_for = Pairing.objects.on(today).filter(child=OuterRef("child"), is_main=True)
    rows: Any = Enrolment.objects.permitted(grant).filter(
        ~Exists(cared_for), school=school, ends_on__isnull=True, starts_on__gt=since
    )
    names = before.order_by("-ends_on", "-pk").values("school__organisation__name")
    rows = rows.annotate(came_from=Subquery(names[:1])).filter(came_from__isnull=False)
    return list(rows.select_related("child").order_by("-starts_on", "pk")[:MOST])


def unconfirmed_handovers(grant: Grant, today: date) -> list[Pairing]:
    """Main pairings of the school whose helper let the days for confirming pass; oldest first."""
    days = Norm.objects.in_force(today)["HANDOVER_DAYS"]
    rows = Pairing.objects.permitted(grant).caring_on(today).filter(
        is_main=True, confirmed_at__isnull=True, starts_on__lt=today - timedelta(days=days),
        helper__organisation=grant.posting.organisation_id,
    )  # fmt: skip
    return list(rows.select_related("child", "helper__user").order_by("starts_on", "pk")[:MOST])
