"""A school's staff with the children each helps."""

from datetime import date
from typing import Any

from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import RawSQL

from accounts.access import Grant
from accounts.models import Posting
from accounts.roles import Role

HELPERS = (Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.COUNSELLOR, Role.PRINCIPAL)


def staff_of(grant: Grant) -> QuerySet[Posting]:
    """Everybody ever posted to the grant's own school; nobody for a posting in an area."""
    rows = Posting.objects.filter(organisation=grant.posting.organisation_id)
    rows = rows.filter(organisation__isnull=False, role__in=HELPERS)
    return rows.select_related("user")


# Counted once for the whole school; see migrations/_load_sql.py.
_COUNT = (
    "coalesce(((SELECT schools_loads(%s, %s))"
    ' -> "accounts_posting"."id"::text ->> {place})::int, 0)'
)
COUNTS = ("load", "assisting", "at_high_risk", "unconfirmed")


def helpers_of(grant: Grant, today: date) -> Any:
    """Who may help today, with `load`, `assisting`, `at_high_risk` and `unconfirmed` children.

    Least burdened first.
    """
    school = [grant.posting.organisation_id, today]
    counts = {
        name: RawSQL(_COUNT.format(place=place), school, IntegerField())
        for place, name in enumerate(COUNTS)
    }
    there = staff_of(grant).filter(pk__in=Posting.objects.held_on(today).regular().values("pk"))
    counted: Any = there.annotate(**counts)
    return counted.order_by("load", "user__full_name", "pk")
