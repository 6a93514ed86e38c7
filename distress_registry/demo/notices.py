"""Notices of the demo county: some read, some answered, some nobody has opened yet.

Everything happens by the actions that people use, at the days it would have happened on. One
link and its number are fixed, so that `make run` can say how to open a guardian's page.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Posting
from children.models import Child
from schools.actions.guardian_page import answer_page, open_page
from schools.actions.notice import write_notices
from schools.actions.notice_ladder import climb
from schools.actions.notice_sending import make_ready, send_next
from schools.channels import Channel, Message, Outcome, Receipt
from schools.links import link_of
from schools.models import DeliveryState, NoticeCode, NoticeDelivery, NoticeTemplate, Pairing

TO_TRY = link_of(b"for trying..")
NUMBER = "135790"
TEXTS: list[dict[str, Any]] = [
    {
        "kind": "MEETING", "subject": "来校会面", "asks_answer": True,
        "body": "{child}的家长您好：\n本周五下午三点，想请您到学校谈谈孩子近来的情况。"
        "能来请按“是”，不能来请按“否”，我们另约时间。\n{writer}",
    },
    {
        "kind": "PROGRESS", "subject": "本月在校情况", "asks_answer": False,
        "body": "{child}的家长您好：\n孩子这个月按时到校，作业认真，和同学相处也好。"
        "请您多夸夸孩子，晚上九点前睡觉。\n{writer}",
    },
    {
        "kind": "ABSENCE", "subject": "今天没有到校", "asks_answer": False,
        "body": "{child}的家长您好：\n孩子今天没有到校，学校还没有收到请假。"
        "请尽快和我联系。\n{writer}",
    },
    {
        "kind": "HEALTH", "subject": "带孩子复查视力", "asks_answer": False,
        "body": "{child}的家长您好：\n学校体检时孩子看黑板有些吃力，请带孩子到卫生院查一查视力。"
        "\n{writer}",
    },
    {
        "kind": "AID", "subject": "可以申请寄宿生生活补助", "asks_answer": True,
        "body": "{child}的家长您好：\n孩子可以申请寄宿生生活补助。要申请请按“是”，"
        "我会帮您填表。\n{school} {writer}",
    },
    {
        "kind": "CONSENT", "subject": "心理健康筛查征求同意", "asks_answer": True,
        "body": "{child}的家长您好：\n学校要做一次心理健康筛查，结果只给专业老师看。"
        "同意请按“是”，不同意请按“否”。\n{school}",
    },
]  # fmt: skip


class _Phones(Channel):
    """The guardians' phones: the links they got, by number."""

    def __init__(self) -> None:
        self.links: dict[str, str] = {}

    def send(self, message: Message) -> Receipt:
        self.links[message.to] = message.values["token"]
        return Receipt(Outcome.ACCEPTED)


def load_notices(teacher: Posting, now: datetime) -> None:
    """Inside the demo's transaction. Four rounds of the last weeks, and one of this hour."""
    for facts in TEXTS:
        NoticeTemplate.objects.create(**facts)
    pairings = Pairing.objects.on(timezone.localdate(now)).filter(helper=teacher)
    children = [row.child for row in pairings.select_related("child").order_by("pk")]
    for days, text, some in ((26, 1, children), (12, 0, children[:6]), (4, 4, children[3:9]),
                             (1, 3, children[:3])):  # fmt: skip
        at = now - timedelta(days=days)
        _round(some, TEXTS[text], teacher, at)
        climb(now=at + timedelta(days=3))
    climb(now=now)
    _one_to_try(children, teacher, now)


def _round(children: list[Child], text: dict[str, Any], teacher: Posting, at: datetime) -> None:
    facts = text | {"language": "zh-hans"}
    notices = write_notices(children=children, facts=facts, by=teacher, now=at)
    make_ready(now=at)
    phones = _Phones()
    while send_next(channel=phones, now=at):
        pass
    rows = NoticeDelivery.objects.filter(notice__in=notices, state=DeliveryState.SENT)
    for place, row in enumerate(rows.select_related("notice").order_by("pk")):
        _guardian(place, row, phones.links[str(row.phone)], at)


def _guardian(place: int, row: NoticeDelivery, token: str, at: datetime) -> None:
    """Every third leaves the message alone; one opens without confirming."""
    if place % 3 == 2:
        return
    number = str(NoticeCode.objects.get(guardian=row.guardian_id).code)
    told: dict[str, Any] = {"token": token, "address": "127.0.0.1"}
    seen = at + timedelta(hours=3 + place)
    page = open_page(typed=number, now=seen, **told)
    if page is None or place % 7 == 4:
        return
    answer = ("YES", "YES", "CALL")[place % 3 if place % 4 else 2] if row.notice.asks_answer else ""
    words = "晚上七点以后有空" if answer == "CALL" else ""
    answer_page(
        proof=page.proof, answer=answer, words=words, now=seen + timedelta(minutes=2), **told
    )


def _one_to_try(children: list[Child], teacher: Posting, now: datetime) -> None:
    """Sent an hour ago, unread, with the link and the number that are known beforehand."""
    at = now - timedelta(hours=1)
    facts = TEXTS[0] | {"language": "zh-hans"}
    (notice,) = write_notices(children=children[:1], facts=facts, by=teacher, now=at)
    make_ready(now=at)
    while send_next(channel=_Phones(), now=at):
        pass
    row = notice.deliveries.filter(state=DeliveryState.SENT).order_by("pk").first()
    if row is None:
        return
    row.link_hash = TO_TRY.hash
    row.save()
    code = NoticeCode.objects.get(guardian=row.guardian_id)
    code.code = NUMBER
    code.save()


def how_to_try() -> str:
    """The address of one guardian's page and its number; "" when the demo has none."""
    if not NoticeDelivery.objects.filter(link_hash=TO_TRY.hash).exists():
        return ""
    return f"{settings.PUBLIC_ADDRESS}/n/{TO_TRY.token}   number {NUMBER}"
