"""Planning home teaching, logging its visits, and signing them off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Posting, User
from children.actions.record import add_record, change_record
from children.models import Child, Guardianship
from schools.models import HomeTeachingPlan, HomeTeachingVisit


def plan_home_teaching(
    *, child: Child, facts: Mapping[str, Any], by: User, now: datetime
) -> HomeTeachingPlan:
    """Raises PromiseBroken when another plan covers some of the days."""
    return add_record(row=HomeTeachingPlan(child=child, **facts), by=by, now=now)


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
