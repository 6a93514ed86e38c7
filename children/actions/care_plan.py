"""A care plan begun, looked at again and ended; its steps taken."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Posting, User
from children.models import CareAction, CarePlan, Child

from .record import add_record, change_record


def begin_plan(
    *, child: Child, facts: Mapping[str, Any], author: Posting, now: datetime
) -> CarePlan:
    """Raises PromiseBroken while another plan of the child runs."""
    return add_record(row=CarePlan(child=child, author=author, **facts), by=author.user, now=now)


def review_plan(
    *, plan: CarePlan, version: int, facts: Mapping[str, Any], by: User, now: datetime
) -> CarePlan:
    """With a `result` the plan ends today. Raises StaleRecord, PromiseBroken."""
    today = timezone.localdate(now)
    ended = {"ended_on": today} if facts["result"] else {}
    return change_record(
        row=plan, version=version, facts={**facts, "reviewed_on": today, **ended}, by=by, now=now
    )


def add_step(*, plan: CarePlan, facts: Mapping[str, Any], by: User, now: datetime) -> CareAction:
    return add_record(row=CareAction(plan=plan, child_id=plan.child_id, **facts), by=by, now=now)


def finish_step(
    *, step: CareAction, version: int, facts: Mapping[str, Any], by: User, now: datetime
) -> CareAction:
    """Raises StaleRecord when somebody finished it since."""
    return change_record(row=step, version=version, facts=facts, by=by, now=now)
