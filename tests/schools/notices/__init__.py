"""What the tests of notices share: a child with a guardian, a teacher, a channel that remembers."""

from datetime import timedelta

from django.utils import timezone

from schools import links
from schools.actions.notice import write_notices
from schools.actions.notice_sending import make_ready, send_next
from schools.channels import Channel, Outcome, Receipt
from schools.models import NoticeDelivery
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    DeliveryFactory,
    GuardianFactory,
    GuardianshipFactory,
    NoticeCodeFactory,
    NoticeFactory,
    PostingFactory,
)

NUMBER = "246810"
FACTS = {
    "kind": "MEETING", "language": "zh-hans", "subject": "家长会",
    "body": "{child}的家长：请来开会。{writer}", "asks_answer": True,
}  # fmt: skip


class Remembering(Channel):
    """Answers each message with the next of `outcomes`, the last for ever."""

    def __init__(self, *outcomes):
        self.outcomes, self.sent = list(outcomes or [Receipt(Outcome.ACCEPTED)]), []

    def send(self, message):
        self.sent.append(message)
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


def teacher_of(*children, **facts):
    posting = PostingFactory(role="CLASS_TEACHER", **facts)
    for child in children:
        CaseAccessFactory(child=child, user=posting.user, reason="PAIRING")
    return posting


def child_with_guardian(phone="17000001234", **care):
    child = ChildFactory()
    GuardianshipFactory(child=child, guardian=GuardianFactory(phone=phone), **care)
    return child


def written(child, by=None, **facts):
    by = by or teacher_of(child)
    return write_notices(children=[child], facts=FACTS | facts, by=by, now=timezone.now())[0]


def send_all(channel=None, now=None):
    """The messages that left."""
    now, channel = now or timezone.now(), channel or Remembering()
    make_ready(now=now)
    while send_next(channel=channel, now=now):
        pass
    return channel.sent


def sent_delivery(seed=b"0" * 12, number=NUMBER, **facts):
    """A delivery on its way, and the link that the guardian got."""
    notice = NoticeFactory(**{key: facts.pop(key) for key in ("asks_answer",) if key in facts})
    care = facts.pop("guardianship", None) or GuardianshipFactory(child=notice.child)
    link = links.link_of(seed)
    delivery = DeliveryFactory(
        notice=notice, guardianship=care, link_hash=link.hash,
        **{"link_ends_at": timezone.now() + timedelta(days=9), **facts},
    )  # fmt: skip
    NoticeCodeFactory(guardian=care.guardian, code=number)
    return delivery, link.token


def again(delivery):
    return NoticeDelivery.objects.get(pk=delivery.pk)
