"""Sending notices: to whom is asked at that moment, and nothing goes out twice.

A worker may die at any point, and several work at once. So each delivery is *claimed* in a
transaction of its own before its message leaves, and what came of it is written in another. A
claim whose worker died stays a claim; `give_up_old_claims` turns it into "perhaps sent", which a
person sees. Nothing is ever sent again by itself unless it certainly was not sent.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from children.models import Guardian
from schools.channels import Channel, Message, Outcome, Receipt
from schools.links import Link, new_link, new_number
from schools.models import (
    DeliveryState,
    DeliveryStep,
    Norm,
    Notice,
    NoticeCode,
    NoticeDelivery,
    NoticeKind,
    notifiable,
)

MOST_TRIES = 4
CLAIM_LASTS = timedelta(minutes=10)
AT_ONCE = 200  # notices made ready in one transaction


def make_ready(*, now: datetime) -> int:
    """Make the deliveries of notices written and not yet begun; how many notices."""
    today = timezone.localdate(now)
    with transaction.atomic():
        rows = Notice.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        rows = rows.filter(expanded_at__isnull=True, withdrawn_at__isnull=True)
        notices = list(rows.order_by("pk")[:AT_ONCE])
        made = [
            _delivery(notice, care, today)
            for notice, cares in _guardianships(notices, today)
            for care in cares
        ]
        _give_numbers({row.guardian_id for row in made}, now)
        bulk_create_with_history(made, NoticeDelivery, default_date=now)
        for notice in notices:
            notice.expanded_at, notice.version = now, notice.version + 1
        bulk_update_with_history(notices, Notice, ["expanded_at", "version"], default_date=now)
    return len(notices)


def _guardianships(notices: list[Notice], today: date) -> list[tuple[Notice, list[Any]]]:
    """Who may have each notice today; one query per kind of audience."""
    found: list[tuple[Notice, list[Any]]] = []
    for is_consent in (False, True):
        rows = [row for row in notices if (row.kind == NoticeKind.CONSENT) == is_consent]
        if not rows:
            continue
        cares = notifiable(today, rows[0].kind).filter(child__in=[row.child_id for row in rows])
        by_child = defaultdict(list)
        for care in cares.select_related("guardian").order_by("pk"):
            by_child[care.child_id].append(care)
        found += [(row, by_child[row.child_id]) for row in rows]
    return found


def _delivery(notice: Notice, care: Any, today: date) -> NoticeDelivery:
    """Without a phone the first rung is a call by other ways: the teacher finds one."""
    phone = care.guardian.phone
    return NoticeDelivery(
        child_id=notice.child_id, notice=notice, guardianship=care, guardian=care.guardian,
        phone=str(phone), step=DeliveryStep.PAGE if phone else DeliveryStep.PHONE, step_on=today,
        state=DeliveryState.QUEUED if phone else DeliveryState.FAILED,
        failure="" if phone else "NO_PHONE",
    )  # fmt: skip


def _give_numbers(guardians: set[int], now: datetime) -> None:
    """A reading number for each who has none; one at a time per guardian."""
    locked = Guardian.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(locked.filter(pk__in=guardians).values_list("pk"))
    have = set(NoticeCode.objects.filter(guardian__in=guardians).values_list("guardian", flat=True))
    rows = [
        NoticeCode(guardian_id=guardian, code=new_number(), made_at=now)
        for guardian in sorted(guardians - have)
    ]
    bulk_create_with_history(rows, NoticeCode, default_date=now)


def give_up_old_claims(*, now: datetime) -> int:
    """Claims whose worker died: perhaps sent. How many."""
    with transaction.atomic():
        rows = NoticeDelivery.objects.select_for_update(skip_locked=True, of=("self",))
        old = list(rows.filter(state=DeliveryState.CLAIMED, claimed_at__lt=now - CLAIM_LASTS))
        for row in old:
            row.state, row.failure = DeliveryState.UNKNOWN, "INTERRUPTED"
            if _is_withdrawn(row):
                row.state = DeliveryState.WITHDRAWN
            _save(row, now)
    return len(old)


def send_next(*, channel: Channel, now: datetime) -> bool:
    """Send one waiting message; False when none waits. Not inside a transaction."""
    claimed = _claim(now)
    if claimed is None:
        return False
    row, link = claimed
    if link is not None:
        _settle(row, channel.send(_message(row, link)), now)
    return True


def _claim(now: datetime) -> tuple[NoticeDelivery, Link | None] | None:
    """The next one with the link made for it; without a link when it may not be sent any more."""
    today = timezone.localdate(now)
    with transaction.atomic():
        rows = NoticeDelivery.objects.select_for_update(skip_locked=True, of=("self",))
        waiting = rows.filter(state=DeliveryState.QUEUED).exclude(send_after__gt=now)
        row = (
            waiting.select_related(
                "notice__writer__user", "notice__writer__organisation", "guardian"
            )
            .order_by("pk")
            .first()
        )
        if row is None:
            return None
        if not notifiable(today, row.notice.kind).filter(pk=row.guardianship_id).exists():
            row.state = DeliveryState.STOPPED
            _save(row, now)
            return row, None
        row.phone = str(row.guardian.phone)  # the old one may be somebody else's by now
        if not row.phone:
            row.state, row.failure = DeliveryState.FAILED, "NO_PHONE"
            row.step, row.step_on = DeliveryStep.PHONE, today
            _save(row, now)
            return row, None
        link = new_link()
        row.state, row.claimed_at, row.tries = DeliveryState.CLAIMED, now, row.tries + 1
        row.link_hash = link.hash
        days = Norm.objects.in_force(today)["NOTICE_LINK_DAYS"]
        row.link_ends_at = now + timedelta(days=days)
        _save(row, now)
    return row, link


def _message(row: NoticeDelivery, link: Link) -> Message:
    """Who writes and the link; of the child and of what it is about nothing."""
    writer = row.notice.writer
    values = {
        "link": f"{settings.PUBLIC_ADDRESS}/n/{link.token}",
        "token": link.token,
        "school": writer.organisation.name if writer.organisation else "",
        "writer": writer.user.full_name,
    }
    text = settings.NOTICE_SMS
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return Message(to=row.phone, text=text, values=values)


def _settle(row: NoticeDelivery, receipt: Receipt, now: datetime) -> None:
    with transaction.atomic():
        rows = NoticeDelivery.objects.select_for_update(of=("self",))
        fresh = rows.get(pk=row.pk)
        if fresh.state != DeliveryState.CLAIMED or fresh.claimed_at != row.claimed_at:
            return  # given up meanwhile, or opened already by a quick guardian
        fresh.failure = receipt.code[:20]
        if receipt.outcome == Outcome.ACCEPTED:
            fresh.sent_at = now
        if _is_withdrawn(fresh):
            fresh.state = DeliveryState.WITHDRAWN
        elif receipt.outcome == Outcome.ACCEPTED:
            fresh.state = DeliveryState.SENT
        elif receipt.outcome == Outcome.UNKNOWN:
            fresh.state = DeliveryState.UNKNOWN
        elif receipt.outcome == Outcome.RETRY and fresh.tries < MOST_TRIES:
            fresh.state = DeliveryState.QUEUED
            fresh.send_after = now + timedelta(minutes=5 * 3 ** (fresh.tries - 1))
        else:
            fresh.state, fresh.step = DeliveryState.FAILED, DeliveryStep.PHONE
            fresh.step_on = timezone.localdate(now)
        _save(fresh, now)


def _is_withdrawn(row: NoticeDelivery) -> bool:
    """As it stands now that the row is held: withdrawing waits for it or was before it."""
    return Notice.objects.filter(pk=row.notice_id, withdrawn_at__isnull=False).exists()


def _save(row: NoticeDelivery, now: datetime) -> None:
    row._history_date = now  # type: ignore[attr-defined]
    row.save()
