"""Two terms of contacts with the families of the paired children: talks, calls, visits, tries."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Posting
from children.actions.record import sign
from children.models import Child, Guardianship
from schools.models import ContactKind, GuardianContact, Means

BACK = 330  # days: this term and the one before
EVERY = 24  # days between two contacts, about
MOST = 14


@dataclass(frozen=True)
class Said:
    summary: str
    subjects: tuple[str, ...]
    mood: str = ""
    health: str = ""
    agreed: str = ""


ON_THE_PHONE = (
    Said("奶奶说孩子按时写作业，睡得不错。", ("STUDY", "LIVING"), "GOOD", "GOOD"),
    Said("爷爷已提醒按时吃药，家里米油够用。", ("HEALTH", "LIVING"), "", "FAIR"),
    Said("外婆说这几天咳嗽，已去卫生院拿药。", ("HEALTH",), "FAIR", "FAIR", "周五再问一次咳嗽"),
    Said("伯母说本月补助已到账，买了冬衣和文具。", ("ALLOWANCE",), "GOOD"),
    Said("奶奶问寒假作业怎么检查，已说明每天看签名。", ("STUDY",), "GOOD", "", "每天签作业本"),
    Said("爷爷说孩子周末帮忙做饭，和邻居孩子一起玩。", ("CONDUCT", "LIVING"), "GOOD", "GOOD"),
    Said("提醒骑电瓶车接送要戴头盔，家里答应了。", ("SAFETY",)),
    Said("外婆说手机看得多，约定晚上九点前收起来。", ("CONDUCT",), "FAIR", "", "九点收手机"),
)
WITH_THE_CHILD = (
    Said("说最喜欢体育课，同桌对她好。", ("STUDY", "MOOD"), "GOOD"),
    Said("数学应用题跟不上，想有人讲一讲。", ("STUDY",), "FAIR", "", "每周三课后辅导"),
    Said("午饭吃得不多，说不太饿，下周再看看。", ("HEALTH", "LIVING"), "FAIR", "FAIR"),
    Said("作文写了爸爸，读给全班听，大家鼓掌。", ("STUDY", "MOOD"), "GOOD"),
)
AT_HOME = (
    Said("房间整洁，有自己的书桌，冰箱里有菜。", ("LIVING",), "GOOD", "GOOD"),
    Said("屋顶有一处漏雨，已报村委会修补。", ("LIVING", "SAFETY"), "FAIR", "GOOD", "村里本周来修"),
    Said("奶奶腿脚不便，邻居帮忙买菜，药放得整齐。", ("LIVING", "HEALTH"), "FAIR"),
)
# The last ones of a child who is doing worse and worse, oldest first.
FALLING = (
    Said("奶奶说挺好，考试进步了五名。", ("STUDY",), "GOOD", "GOOD"),
    Said("爷爷说最近不爱说话，饭量小了些。", ("MOOD", "LIVING"), "FAIR", "GOOD"),
    Said("奶奶说夜里常醒，想妈妈，不愿起床。", ("MOOD",), "WORRYING", "FAIR", "请心理老师谈谈"),
)
HOMES = ("GOOD", "GOOD", "FAIR", "WORRYING")


def add_contacts(number: int, child: Child, helper: Posting, paired_on: date) -> None:
    """Contacts since the pairing, this term's and the last; each signed on its evening."""
    today = timezone.localdate()
    chance = random.Random(number)
    carer = child.guardianships.filter(is_main_carer=True).first()
    for row in _contacts(chance, number // 6 % 6, child, carer, paired_on, today):
        row.child, row.helper = child, helper
        evening = datetime.combine(row.happened_on, time(17, chance.randrange(60)))
        sign(row, helper.user, min(timezone.make_aware(evening), timezone.now()), "")
        row.save()


def _contacts(
    chance: random.Random, story: int, child: Child, carer: Any, paired_on: date, today: date
) -> Iterator[GuardianContact]:
    """By `story`: 0 falls, 1 cannot be reached, 2 was forgotten for weeks; the others go well."""
    last = today - timedelta(days={0: 4, 1: 40, 2: 55}.get(story, chance.randint(0, 20)))
    days: list[date] = []
    every = 9 if child.risk_level == "HIGH" else EVERY
    day = last
    while day >= max(paired_on, today - timedelta(days=BACK)) and len(days) < MOST:
        days.append(day)
        day -= timedelta(days=chance.randint(every - 6, every + 6))
    days.reverse()
    for index, day in enumerate(days):
        left = len(days) - index
        if story == 0 and left <= len(FALLING):
            yield _call(FALLING[-left], day, carer, chance)
        elif index % 6 == 3:
            yield _visit(chance, day, carer)
        elif index % 4 == 2:
            yield _talk(chance, day)
        else:
            yield _call(chance.choice(ON_THE_PHONE), day, carer, chance, story == 3 and left == 1)
    if story == 1 and days:
        for ago in (9, 6, 3):
            tried = today - timedelta(days=ago)
            if tried > last and tried >= paired_on:
                yield GuardianContact(
                    kind=ContactKind.GUARDIAN, means=Means.PHONE, happened_on=tried,
                    is_reached=False, guardianship=carer,
                )  # fmt: skip


def _told(said: Said) -> dict[str, Any]:
    return {
        "summary": said.summary, "subjects": list(said.subjects), "mental_state": said.mood,
        "physical_state": said.health, "agreed": said.agreed,
    }  # fmt: skip


def _call(
    said: Said, day: date, carer: Guardianship | None, chance: random.Random, agreed: bool = False
) -> GuardianContact:
    return GuardianContact(
        kind=ContactKind.GUARDIAN, means=chance.choice([Means.PHONE, Means.PHONE, Means.VIDEO]),
        happened_on=day, minutes=chance.randint(3, 15), guardianship=carer, **_told(said),
        follow_up_on=timezone.localdate() + timedelta(days=2) if agreed else None,
    )  # fmt: skip


def _talk(chance: random.Random, day: date) -> GuardianContact:
    return GuardianContact(
        kind=ContactKind.CHILD_TALK, means=Means.IN_PERSON, happened_on=day,
        minutes=chance.randint(10, 30), **_told(chance.choice(WITH_THE_CHILD)),
    )  # fmt: skip


def _visit(chance: random.Random, day: date, carer: Guardianship | None) -> GuardianContact:
    return GuardianContact(
        kind=ContactKind.HOME_VISIT, means=Means.IN_PERSON, happened_on=day, guardianship=carer,
        minutes=chance.randint(25, 60), living_conditions=chance.choice(HOMES),
        child_seen_alone=chance.random() < 0.6, **_told(chance.choice(AT_HOME)),
    )  # fmt: skip
