"""What the weekly digest tells: contacts, children without a helper, seats, moods, notices.

Each section counts with the definitions that the pages use, for all schools and townships in a
constant number of queries.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import Grant, Permission
from children.models import Child

from .coverage import coverage_of, unhelped
from .digest import Counts, Named, Section
from .due import DueContact, DueReason, overdue_for
from .enrolment import Enrolment
from .falling import count_falling, falling_moods
from .group_overview import group_overview, present_year
from .norm import Norm
from .notice_delivery import NoticeDelivery
from .notice_due import unread_by_school
from .seating import Seating, seating
from .working_group import WorkingGroup

TOWNSHIP = 9  # digits of its code


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _page(case_number: str) -> str:
    return reverse("schools:child_school", args=[case_number])


def _named(children: Iterable[Child]) -> list[Named]:
    return [Named(c.name, c.residence_area.name, _page(c.case_number)) for c in children]


# Contacts ----------------------------------------------------------------------------------------


def _counted(school: Any, township: Any) -> Counts:
    """From two sets of DueContact rows."""
    by_school = school.order_by().values_list("organisation").annotate(Count("pk"))
    by_town = township.order_by().values_list("township_code").annotate(Count("pk"))
    return Counts({key: n for key, n in by_school if key is not None}, dict(by_town))


def _count_overdue(today: date) -> Counts:
    norms, rows = Norm.objects.in_force(today), DueContact.objects.all()
    lead = rows.overdue_on(today - timedelta(days=norms["LEAD_SEES_AFTER_DAYS"]))
    town = rows.overdue_on(today - timedelta(days=norms["TOWNSHIP_SEES_AFTER_DAYS"]))
    return _counted(lead, town)


def _overdue(grant: Grant, today: date, most: int) -> list[Named]:
    return _named(row.child for row in overdue_for(grant, today).for_list()[:most])


def _unreached_rows(rows: Any) -> Any:
    return rows.filter(reason=DueReason.VISIT, due_on__isnull=False)


def _count_unreached(today: date) -> Counts:
    rows = _unreached_rows(DueContact.objects.all())
    return _counted(rows, rows)


def _unreached(grant: Grant, today: date, most: int) -> list[Named]:
    rows = _unreached_rows(DueContact.objects.permitted(grant).answered_for(grant))
    return _named(row.child for row in rows.for_list()[:most])


# Helpers and seats -------------------------------------------------------------------------------


def _count_without_helper(today: date) -> Counts:
    rows = unhelped(Enrolment.objects.all(), today)
    return Counts.of(rows.values_list("school", "child__township_code"))


def _without_helper(grant: Grant, today: date, most: int) -> list[Named]:
    rows = Enrolment.objects.permitted(grant)
    if grant.posting.organisation_id:
        rows = rows.filter(school=grant.posting.organisation_id)
    else:
        rows = rows.filter(child__in=Child.objects.ours(grant))
    rows = unhelped(rows, today).select_related("child__residence_area")
    return _named(row.child for row in rows.order_by("child")[:most])


def _count_empty_seats(today: date) -> Counts:
    """Empty for long enough to be told to the lead, and to the township of the school."""
    groups = WorkingGroup.objects.filter(
        year=present_year(today), school__organisation__is_active=True
    )
    rows = groups.values_list("pk", "school", "school__organisation__area")
    places = {pk: (school, (area or "")[:TOWNSHIP]) for pk, school, area in rows}
    leads: Counter[int] = Counter()
    towns: Counter[str] = Counter()
    for line in seating(groups, today):
        school, township = places[line.seat.group_id]
        if line.vacancy and line.vacancy.tells_lead:
            leads[school] += 1
        if line.vacancy and line.vacancy.tells_township:
            towns[township] += 1
    return Counts(leads, towns)


def _empty_seats(grant: Grant, today: date, most: int) -> list[Named]:
    if grant.posting.organisation_id:
        lines = [("", line) for line in group_overview(grant, today, leads=False).alerts]
    else:
        schools = coverage_of(grant, today).schools
        lines = [(each.school.name, line) for each in schools for line in each.long_empty]
    url = reverse("schools:group")
    return [Named(line.seat.label, _since(line, school), url) for school, line in lines[:most]]


def _since(line: Seating, school: str) -> str:
    since = line.vacancy.since if line.vacancy else None
    words = _("empty since %(day)s") % {"day": _day(since)} if since else _("empty")
    return " · ".join(filter(None, (school, words)))


# Moods and notices -------------------------------------------------------------------------------


def _falling(grant: Grant, today: date, most: int) -> list[Named]:
    found = falling_moods(
        today=today, organisation_id=grant.posting.organisation_id, area_code=grant.area_code
    )
    told = grant.allows(Permission.WELLBEING_VIEW)
    return [
        Named(
            row.name,
            (_("observed in %(month)s") % {"month": date_format(row.since, "YEAR_MONTH_FORMAT")})
            if told and row.by_observation
            else _("contact of %(day)s") % {"day": _day(row.since)},
            _page(row.case_number),
        )
        for row in found[:most]
    ]


def _count_unread(today: date) -> Counts:
    """By the writer's school, and by the township that keeps the child's file."""
    schools = {row.school_id: row.unread for row in unread_by_school()}
    rows = NoticeDelivery.objects.unread().order_by()
    towns = rows.values_list("child__township_code").annotate(Count("pk"))
    return Counts(schools, dict(towns))


def _unread(grant: Grant, today: date, most: int) -> list[Named]:
    rows = NoticeDelivery.objects.permitted(grant)
    if grant.posting.organisation_id:
        rows = rows.filter(notice__writer__organisation=grant.posting.organisation_id)
    else:
        rows = rows.filter(child__in=Child.objects.ours(grant))
    url = reverse("schools:notice_list") + "?show=unread"
    return [
        Named(
            row.name,
            ngettext("%(count)s unread", "%(count)s unread", row.unread) % {"count": row.unread},
            url,
        )
        for row in unread_by_school(rows)[:most]
    ]


SECTIONS_OF_SCHOOLS = (
    Section("overdue", gettext_lazy("Overdue contacts"), _count_overdue, _overdue,
            "schools:overdue_list"),
    Section("unreached", gettext_lazy("Not reached: visit at home due"), _count_unreached,
            _unreached),
    Section("mood", gettext_lazy("Mood falling or worrying"), count_falling, _falling),
    Section("unpaired", gettext_lazy("Without a helper"), _count_without_helper, _without_helper,
            "schools:group"),
    Section("seats", gettext_lazy("Seats of the working group empty"), _count_empty_seats,
            _empty_seats, "schools:group"),
    Section("notices", gettext_lazy("Notices to guardians still unread"), _count_unread, _unread,
            "schools:notice_list"),
)  # fmt: skip
