"""Making the next version of the observation checklist."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from children.actions.record import sign
from schools.models import Checklist, ChecklistItem


@transaction.atomic
def new_version(*, checklist: Checklist, by: User, now: datetime) -> Checklist:
    """A copy with its questions, in force from the day after `now`, to be edited until then."""
    newest = Checklist.objects.aggregate(newest=Max("version"))["newest"] or 0
    copy = Checklist(
        version=newest + 1, starts_on=timezone.localdate(now) + timedelta(days=1), remark=""
    )
    sign(copy, by, now, "")
    copy.save()
    for item in ChecklistItem.objects.filter(checklist=checklist).order_by("position"):
        item.pk, item.checklist = None, copy
        item._state.adding = True
        sign(item, by, now, "")
        item.save()
    return copy
