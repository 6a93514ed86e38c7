"""Sending an observation: what it says may refer the child at once, in the same transaction."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Posting
from children.actions.promises import broken_promise
from children.actions.record import lock_child
from children.models import Child
from schools.models import Checklist, Norm, Observation
from schools.rules.observation import grounds

from .referral import open_referral


def observe(
    *,
    child: Child,
    observer: Posting,
    checklist: Checklist,
    levels: Sequence[int],
    remark: str,
    now: datetime,
    today: date,
) -> list[str]:
    """Of the month of `today`; answers the grounds on which the child was referred.

    Raises PromiseBroken, e.g. when the observer has sent this month's already.
    """
    alarms = [item.is_alarm for item in checklist.items.order_by("position")]
    row = Observation(
        child=child, observed_by=observer.user, observer=observer, month=today.replace(day=1),
        checklist=checklist, levels=list(levels), remark=remark, sent_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            lock_child(child.pk)
            row.save(force_insert=True)
            found = grounds(levels, alarms, Norm.objects.in_force(today))
            if found:
                open_referral(child=child, ground=found[0], by=observer, now=now, today=today)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return found
