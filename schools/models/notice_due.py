"""Notices that wait for a person, are unread, or were sent: for lists, home, digest and records.

For others: `unread_by_school` is what the digest tells, `sent_in` what a growth record shows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from children.extensions import only_with
from children.models import Child
from children.models.overview import Due

from .notice import Notice
from .notice_delivery import FOR_PEOPLE, Answer, DeliveryStep, NoticeDelivery

ANSWERS_STAY = timedelta(days=7)  # on the home page


def waiting(grant: Grant, today: date, most: int) -> list[NoticeDelivery]:
    """Deliveries of this desk for which a person must do something, oldest first."""
    desk = Notice.objects.permitted(grant).of_desk(grant, today)
    rows = NoticeDelivery.objects.for_people().to_be_told(today).filter(notice__in=desk)
    rows = rows.select_related("child", "guardian", "guardianship", "notice")
    return list(rows.order_by("step_on", "pk")[:most])


def answered(grant: Grant, today: date, most: int) -> list[NoticeDelivery]:
    """Answers of the last days that ask for something: a call, a no, or words; newest first."""
    since = timezone.make_aware(datetime.combine(today - ANSWERS_STAY, time.min))
    desk = Notice.objects.permitted(grant).of_desk(grant, today)
    rows = NoticeDelivery.objects.filter(notice__in=desk, answered_at__gte=since)
    rows = rows.filter(~Q(answer=Answer.YES) | ~Q(answer_text=""))
    rows = rows.select_related("child", "guardian", "guardianship", "notice")
    return list(rows.order_by("-answered_at")[:most])


@dataclass(frozen=True)
class UnreadOfSchool:
    school_id: int  # of the organisation
    name: str
    unread: int
    for_people: int  # of these, how many wait for a call, a visit or a slip
    oldest_on: date


def unread_by_school(rows: Any = None) -> list[UnreadOfSchool]:
    """Unread deliveries by the writer's school, most first; one query.

    `rows` narrows the deliveries, e.g. `NoticeDelivery.objects.permitted(grant)` or
    `.filter(notice__writer__organisation__area__code__startswith=township)`; all without it.
    """
    rows = NoticeDelivery.objects.all() if rows is None else rows
    found = (
        rows.unread()
        .filter(notice__writer__organisation__isnull=False)
        .values_list("notice__writer__organisation", "notice__writer__organisation__name")
        .annotate(
            unread=Count("pk"), waiting=Count("pk", filter=FOR_PEOPLE),
            oldest=Min("notice__written_at"),
        )
        .order_by("-unread", "notice__writer__organisation")
    )  # fmt: skip
    return [
        UnreadOfSchool(school, name, unread, people, timezone.localdate(oldest))
        for school, name, unread, people, oldest in found
    ]


@dataclass(frozen=True)
class SentNotice:
    """One notice to one guardian, as a growth record shows it: date, way, to whom, outcome."""

    written_on: date
    subject: str
    step: str  # DeliveryStep
    receiver: str  # label of the relation to the child, no name
    state: str  # DeliveryState
    answer: str  # Answer or ""

    @property
    def step_label(self) -> str:
        return str(DeliveryStep(self.step).label)


def sent_in(children: Iterable[int], first: date, last: date) -> dict[int, list[SentNotice]]:
    """Child id → notices written from `first` to `last` (both included), oldest first; one query.

    Give a term's days for a growth record; a child without notices has no key. Withdrawn ones are
    left out.
    """
    start, end = (
        timezone.make_aware(datetime.combine(day, time.min))
        for day in (first, last + timedelta(days=1))
    )
    rows = NoticeDelivery.objects.filter(
        child__in=list(children),
        notice__written_at__gte=start,
        notice__written_at__lt=end,
        notice__withdrawn_at__isnull=True,
    ).select_related("notice", "guardianship")
    rows = rows.only(
        "child_id", "step", "state", "answer", "notice__written_at", "notice__subject",
        "guardianship__relation",
    )  # fmt: skip
    found: dict[int, list[SentNotice]] = defaultdict(list)
    for row in rows.order_by("notice__written_at", "pk"):
        receiver = row.guardianship.get_relation_display()
        day = timezone.localdate(row.notice.written_at)
        found[row.child_id].append(
            SentNotice(day, row.notice.subject, row.step, receiver, row.state, row.answer)
        )
    return dict(found)


@only_with(NoticeDelivery)
def notices_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """What the child's page says: notices of this child that wait for a person."""
    if not grant.allows(Permission.NOTICE_VIEW):
        return []
    rows = NoticeDelivery.objects.permitted(grant).for_people().filter(child=child)
    return [
        Due(
            _("Notice «%(subject)s» is unread: %(step)s")
            % {"subject": row.notice.subject, "step": row.get_step_display()},
            "notices",
            url=reverse("schools:notice_detail", args=[child.case_number, row.notice_id]),
        )
        for row in rows.select_related("notice").order_by("step_on", "pk")[:5]
    ]
