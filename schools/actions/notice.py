"""Notices written, one for a child or one text for many, and withdrawn; with their history."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import Posting
from children.actions.promises import broken_promise
from children.models import Child
from children.rules import names
from schools.models import DeliveryState, Notice, NoticeDelivery
from schools.models.notice_delivery import DONE
from schools.rules.notice import filled

from .access import beyond_own_sight


class NotTheirs(Exception):
    """A notice is withdrawn by who wrote it and by the lead of the school alone."""


class AlreadyWithdrawn(Exception):
    """Somebody else was quicker."""


def called(child_name: str) -> str:
    """The child as at home: without the family name. It reads well, and names nobody to others."""
    return names.split(child_name)[1] or child_name


def write_notices(
    *, children: Iterable[Child], facts: Mapping[str, Any], by: Posting, now: datetime
) -> list[Notice]:
    """One notice per child, all of one batch, waiting to be sent. Raises PromiseBroken.

    Placeholders in subject and body are filled in here, so that what was sent is what is kept.
    """
    batch = uuid.uuid4()
    school = by.organisation.name if by.organisation else ""
    rows = []
    for child in children:
        values = {"child": called(child.name), "school": school, "writer": by.user.full_name}
        texts = {name: filled(facts[name], values) for name in ("subject", "body")}
        told = {**facts, **texts}
        rows.append(Notice(**told, child=child, writer=by, batch=batch, written_at=now))
    try:
        with transaction.atomic():
            return bulk_create_with_history(rows, Notice, default_user=by.user, default_date=now)
    except IntegrityError as error:
        raise broken_promise(error) from error


@transaction.atomic
def withdraw_notice(
    *, notice: Notice, with_batch: bool, reason: str, by: Posting, now: datetime
) -> list[Notice]:
    """Stop what has not gone out; what was read stays read. Answers the notices withdrawn.

    With those written in the same go when `with_batch`, also of children that `by` sees no more.
    A message that is leaving at this moment is settled as withdrawn by its worker. Raises
    NotTheirs, AlreadyWithdrawn.
    """
    if not notice.may_be_withdrawn_by(by):
        raise NotTheirs
    with beyond_own_sight():
        which = {"batch": notice.batch} if with_batch else {"pk": notice.pk}
        found = Notice.objects.filter(**which, withdrawn_at__isnull=True)
        rows = list(found.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        if notice.pk not in {row.pk for row in rows}:
            raise AlreadyWithdrawn
        for row in rows:
            row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = now, by.user, reason
            row.version += 1
        told: dict[str, Any] = {"default_user": by.user, "default_date": now}
        fields = ["withdrawn_at", "withdrawn_by", "withdrawn_because", "version"]
        bulk_update_with_history(rows, Notice, fields, **told)
        ways = NoticeDelivery.objects.filter(notice__in=rows).select_for_update(of=("self",))
        stopped = [way for way in ways.order_by("pk") if _stops(way)]
        for way in stopped:
            way.state, way.version = DeliveryState.WITHDRAWN, way.version + 1
        bulk_update_with_history(stopped, NoticeDelivery, ["state", "version"], **told)
    return rows


def _stops(way: NoticeDelivery) -> bool:
    return way.state not in (*DONE, DeliveryState.CLAIMED)
