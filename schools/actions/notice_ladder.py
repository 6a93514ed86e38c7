"""The ladder of delivery: link, call, visit, paper; each rung in the delivery's history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from accounts.models import Posting, User
from children.actions.promises import broken_promise
from children.actions.record import add_record, sign
from children.models import Guardian
from schools.links import new_number
from schools.models import (
    Answer,
    ContactKind,
    DeliveryState,
    DeliveryStep,
    GuardianContact,
    Means,
    Norm,
    NoticeCode,
    NoticeDelivery,
)
from schools.models.notice_delivery import DONE, may_be_told
from schools.rules.notice import Rung, Step, due_on, next_step

AT_ONCE = 5_000


class NotNow(Exception):
    """Somebody else was quicker: the delivery is done, or on another rung."""


def climb(*, now: datetime) -> int:
    """Put every delivery that stayed unread too long on its next rung; how many. Those to people
    who may not have the notice any more are stopped, and those of children who left the writer's
    school: of these once somebody there would have to call.

    Inside a transaction. Run again on the same day it changes nothing: `step_on` is today then.
    """
    today = timezone.localdate(now)
    norms = Norm.objects.in_force(today)
    open_rows = NoticeDelivery.objects.select_for_update(skip_locked=True, of=("self",)).unread()
    open_rows = open_rows.exclude(state__in=[DeliveryState.QUEUED, DeliveryState.CLAIMED])
    _stop(open_rows.exclude(may_be_told(today)), now)
    gone = open_rows.of_children_who_left(today)
    _stop(gone.exclude(step=DeliveryStep.PAGE, state=DeliveryState.SENT), now)
    has_left = set(gone.order_by().values_list("pk", flat=True))
    late, over = [], []
    for row in open_rows.exclude(step=DeliveryStep.PAPER).order_by("pk")[:AT_ONCE]:
        due = due_on(Rung(Step(row.step), row.step_on), norms)
        following = next_step(Step(row.step))
        if due is not None and following is not None and due <= today:
            if row.pk in has_left:
                over.append(row.pk)
                continue
            row.step, row.step_on = following.value, today
            row.version, row.updated_at = row.version + 1, now
            late.append(row)
    fields = ["step", "step_on", "version", "updated_at"]
    bulk_update_with_history(late, NoticeDelivery, fields, default_date=now)
    _stop(open_rows.filter(pk__in=over), now)
    return len(late)


def _stop(rows: Any, now: datetime) -> None:
    stopped = list(rows.order_by("pk")[:AT_ONCE])
    for row in stopped:
        row.state, row.version, row.updated_at = DeliveryState.STOPPED, row.version + 1, now
    fields = ["state", "version", "updated_at"]
    bulk_update_with_history(stopped, NoticeDelivery, fields, default_date=now)


def _stops(row: NoticeDelivery, by: User, now: datetime) -> bool:
    """Whether its guardian may not have the notice any more: then it is stopped."""
    if NoticeDelivery.objects.to_be_told(timezone.localdate(now)).filter(pk=row.pk).exists():
        return False
    row.state = DeliveryState.STOPPED
    sign(row, by, now, "")
    row.save()
    return True


def _locked(delivery: NoticeDelivery, version: int) -> NoticeDelivery:
    """The row, held. Raises NotNow unless it is still as the page showed it, and open."""
    rows = NoticeDelivery.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("guardian").get(pk=delivery.pk)
    if row.version != version or row.state in DONE or row.is_being_sent:
        raise NotNow
    return row


def send_again(*, delivery: NoticeDelivery, version: int, by: User, now: datetime) -> None:
    """A new link by SMS, to the phone recorded now; the old link dies, wrong tries are forgotten.

    Raises NotNow.
    """
    with transaction.atomic():
        row = _locked(delivery, version)
        row.phone = str(row.guardian.phone)
        if not row.phone:
            raise NotNow
        row.state, row.step, row.failure = DeliveryState.QUEUED, DeliveryStep.PAGE, ""
        row.step_on, row.tries, row.send_after = timezone.localdate(now), 0, None
        sign(row, by, now, "")
        row.save()


def take_step(*, delivery: NoticeDelivery, version: int, by: User, now: datetime) -> None:
    """The next rung now, without waiting. Raises NotNow, also on the last rung."""
    with transaction.atomic():
        row = _locked(delivery, version)
        following = next_step(Step(row.step))
        if following is None:
            raise NotNow
        if _stops(row, by, now):
            return
        row.step, row.step_on = following.value, timezone.localdate(now)
        sign(row, by, now, "")
        row.save()


def log_telling(
    *, delivery: NoticeDelivery, version: int, facts: Mapping[str, Any], by: Posting, now: datetime
) -> None:
    """A call or a visit for a notice: it becomes a contact, and the notice is read if reached.

    `facts`: means, is_reached, answer ("" for none), words. Raises NotNow, PromiseBroken.
    """
    today = timezone.localdate(now)
    visit = facts["means"] == Means.IN_PERSON
    try:
        with transaction.atomic():
            row = _locked(delivery, version)
            if _stops(row, by.user, now):
                return
            if facts["is_reached"]:
                _told(row, facts, now)
            sign(row, by.user, now, "")
            row.save()
            contact = GuardianContact(
                child_id=row.child_id, helper=by, guardianship_id=row.guardianship_id,
                kind=ContactKind.HOME_VISIT if visit else ContactKind.GUARDIAN,
                means=facts["means"], happened_on=today, is_reached=facts["is_reached"],
                summary="\n".join(filter(None, [row.notice.subject, facts["words"]])),
            )  # fmt: skip
            add_record(row=contact, by=by.user, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error


def _told(row: NoticeDelivery, facts: Mapping[str, Any], now: datetime) -> None:
    row.state, row.read_at = DeliveryState.READ, now
    if facts["answer"] in Answer.values:
        row.state, row.answered_at, row.answer = DeliveryState.ANSWERED, now, facts["answer"]
        row.answer_text = facts["words"][:300]


def slip_returned(
    *, delivery: NoticeDelivery, version: int, by: User, now: datetime, signed: bool
) -> None:
    """The paper slip went out (`signed` False) or came back with a signature. Raises NotNow."""
    with transaction.atomic():
        row = _locked(delivery, version)
        if row.step != DeliveryStep.PAPER:
            raise NotNow
        if signed:
            row.state, row.read_at = DeliveryState.READ, now
        elif _stops(row, by, now):
            return
        else:
            row.state, row.sent_at = DeliveryState.DELIVERED, now
        sign(row, by, now, "")
        row.save()


def new_reading_number(*, guardian: Guardian, by: User, now: datetime) -> None:
    """Instead of one that others know by now; open pages of the old one answer no more."""
    with transaction.atomic():
        row = NoticeCode.objects.select_for_update(of=("self",)).filter(guardian=guardian).first()
        row = row or NoticeCode(guardian=guardian)
        row.code, row.made_at = new_number(), now
        sign(row, by, now, "")
        row.save()
