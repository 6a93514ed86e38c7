"""Whose deputy a grant may name, who may stand in, and who does."""

from datetime import date

from django.db.models import F, Q, QuerySet

from accounts.access import Grant, Permission
from accounts.models import Posting
from accounts.models.area import upper_bound
from accounts.roles import Role

# Who works with children in an area; administrators and auditors have no deputies here.
WORKING = (Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER)
LEADING = (Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER)
TOWNSHIP_DIGITS = 9


def stood_in_for(grant: Grant, day: date) -> QuerySet[Posting]:
    """Postings for which this grant may name a deputy: the own one, and those it leads.

    A county names them for itself and its townships, a township for itself and its villages, the
    lead of a working group for the school. A deputy names no deputy.
    """
    held = Posting.objects.held_on(day).regular().select_related("user", "area", "organisation")
    if grant.posting.stands_in_for_id is not None:
        return held.none()
    return held.filter(_led(grant) | Q(pk=grant.posting.pk)).order_by("area", "role", "pk")


def _led(grant: Grant) -> Q:
    if grant.allows(Permission.GROUP_LEAD):
        return Q(organisation=grant.posting.organisation_id)
    code = grant.area_code
    if code is None or grant.role not in LEADING:
        return Q(pk__in=[])
    inside = Q(area__gte=code, area__lt=upper_bound(code), role__in=WORKING)
    if len(code) < TOWNSHIP_DIGITS:
        inside &= Q(area__level__lte=TOWNSHIP_DIGITS)
    return inside


def able_to_stand_in(posting: Posting, day: date) -> QuerySet[Posting]:
    """Regular postings whose holders may stand in: of the same school or department; in an area of
    the same township, above townships of the same place."""
    held = Posting.objects.held_on(day).regular().exclude(user=posting.user_id)
    held = held.select_related("user", "area", "organisation").order_by("area", "role", "pk")
    if posting.organisation_id is not None:
        return held.filter(organisation=posting.organisation_id)
    code = (posting.area_id or "~")[:TOWNSHIP_DIGITS]
    held = held.filter(role__in=WORKING)
    if len(code) < TOWNSHIP_DIGITS:
        return held.filter(area=code)
    return held.filter(area__gte=code, area__lt=upper_bound(code))


def deputies_known_to(grant: Grant, day: date) -> QuerySet[Posting]:
    """Of `day` and to come: those whom the grant may call off, and those it stands in as."""
    rows = Posting.objects.deputies_from(day)
    mine = Q(user=grant.user) | Q(stands_in_for__in=stood_in_for(grant, day).values("pk"))
    rows = rows.filter(mine | Q(stands_in_for__user=grant.user))
    return rows.select_related("user", "area", "organisation", "stands_in_for__user").order_by(
        "starts_on", "pk"
    )


def deputies_beside(grant: Grant, day: date) -> QuerySet[Posting]:
    """For whom the reader stands in on the day, and who stands in for the posting acted in."""
    rows = Posting.objects.deputies_on(day)
    rows = rows.filter(Q(user=grant.user) | Q(stands_in_for=grant.posting))
    return rows.select_related("user", "area", "organisation", "stands_in_for__user")


def away_besides(user_id: int, starts_on: date, ends_on: date) -> QuerySet[Posting]:
    """Deputies who stand in for the user on one of these days."""
    rows = Posting.objects.deputies_from(starts_on).filter(stands_in_for__user=user_id)
    return rows.filter(starts_on__lte=ends_on)


def stands_in_besides(user_id: int, starts_on: date, ends_on: date) -> QuerySet[Posting]:
    """Postings that the user holds as a deputy on one of these days."""
    rows = Posting.objects.filter(stands_in_for__isnull=False, user=user_id)
    rows = rows.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    return rows.filter(ends_on__gte=F("starts_on"))
