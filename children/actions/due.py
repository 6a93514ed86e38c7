"""Putting work off, once and with a reason; confirming that facts have not changed."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Posting
from children.models import Child, FactConfirmation, PutOff

from .record import add_record, lock_child


def put_off(
    *, child: Child, kind: str, cause_on: date, until: date, reason: str, by: Posting,
    now: datetime,
) -> PutOff:  # fmt: skip
    """Raises PromiseBroken, e.g. when this was put off before."""
    row = PutOff(
        child=child, kind=kind, cause_on=cause_on, until=until, reason=reason,
        put_off_on=timezone.localdate(now), put_off_by=by,
    )  # fmt: skip
    return add_record(row=row, by=by.user, now=now)


@transaction.atomic
def confirm_facts(*, child: Child, facts: Iterable[str], by: Posting, now: datetime) -> None:
    """Said to be unchanged today; twice on one day is once."""
    lock_child(child.pk)
    today = timezone.localdate(now)
    said = FactConfirmation.objects.filter(child=child, confirmed_on=today)
    known = set(said.values_list("fact", flat=True))
    for fact in facts:
        if fact not in known:
            FactConfirmation.objects.create(
                child=child, fact=fact, confirmed_on=today, confirmed_by=by
            )
