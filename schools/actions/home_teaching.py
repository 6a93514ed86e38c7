"""Planning home teaching, logging its visits, and signing them off."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from accounts.models import Posting, User
from children.actions.record import add_record, change_record, sign
from children.models import Child, Guardianship
from schools.models import HomeTeachingPlan, HomeTeachingVisit


def plan_home_teaching(
    *, child: Child, facts: Mapping[str, Any], by: User, now: datetime
) -> HomeTeachingPlan:
    """Raises PromiseBroken when another plan covers some of the days."""
    return add_record(row=HomeTeachingPlan(child=child, **facts), by=by, now=now)


def end_plans(
    *, child: Child, day: date, stays_at: int | None, by: User, now: datetime, reason: str
) -> None:
    """Plans of schools other than `stays_at` (None: of all) end on the eve of `day`, or with their
    last visit, so that the next school can make its own.

    Inside a transaction that holds the child.
    """
    rows = HomeTeachingPlan.objects.filter(child=child, ends_on__gte=day)
    for plan in rows.exclude(school=stays_at).annotate(last=Max("visits__happened_on")):
        over = max(plan.starts_on, day - timedelta(days=1), plan.last or plan.starts_on)
        if over < plan.ends_on:
            plan.ends_on = over
            sign(plan, by, now, reason)
            plan.save()


def log_home_visit(
    *, plan: HomeTeachingPlan, facts: Mapping[str, Any], posting: Posting, now: datetime
) -> HomeTeachingVisit:
    """Raises PromiseBroken, e.g. for a second visit of the same teacher on one day."""
    row = HomeTeachingVisit(child=plan.child, plan=plan, posting=posting, **facts)
    return add_record(row=row, by=posting.user, now=now)


def sign_home_visit(
    *, visit: HomeTeachingVisit, guardianship: Guardianship, by: User, now: datetime
) -> HomeTeachingVisit:
    """The guardian has signed the sheet of an earlier visit. Raises StaleRecord."""
    facts = {"signed_by": guardianship}
    return change_record(row=visit, version=visit.version, facts=facts, by=by, now=now)
