"""Growth records of the demo county: last term's closed, this term's being filled."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Posting
from schools.actions.growth_record import (
    close_records,
    correct_record,
    fill_record,
    start_records,
)
from schools.models import GrowthRecord, Subject, Term
from schools.rules.growth_mark import MarkEntry
from schools.rules.growth_record import subjects_due

LEVELS = ["EXCELLENT", "GOOD", "FAIR", "IMPROVE"]
STRENGTHS = [
    "跑步快，在运动会上得了第三名",
    "爱画画，常画家里的小狗",
    "会照顾弟弟妹妹，做事仔细",
    "喜欢种花，管着班里的植物角",
    "唱歌好听，进了学校合唱队",
    "下象棋，能和老师对局",
    "手巧，会用竹片编篮子",
]
EVENTS = [
    "期中被评为“进步之星”。", "主动帮助同桌补习，受到班会表扬。", "参加县里的读书活动，得鼓励奖。",
    "与同学有过一次争吵，谈话后和好。", "坚持值日一学期，被评为劳动小能手。", "",
]  # fmt: skip
GOALS = [
    "每天读书二十分钟，读完三本课外书。",
    "数学作业当天订正，计算少出错。",
    "按时交作业，不再拖到周一。",
    "学会自己整理书包和床铺。",
    "每周给在外的爸爸打一次电话。",
    "上课多举手发言。",
]
MOODS = [
    "情绪平稳，与同学相处融洽。",
    "开学时话少，后来愿意和同桌一起玩。",
    "周末后情绪有些低落，周二以后好转。",
    "上课容易走神，提醒后能改。",
    "开朗，遇到困难会找老师说。",
]
WORDS = [
    "我想考上镇里的中学，让奶奶高兴。",
    "我最喜欢体育课，我跑得很快。",
    "这学期我有了好朋友，我很开心。",
    "我想爸爸妈妈，希望过年能见到他们。",
    "我以后想当医生，给爷爷看病。",
    "数学有点难，但是老师会教我。",
]
COMMENTS = [
    "你懂事、肯吃苦，这学期进步明显。希望你更大胆地说出自己的想法。",
    "你待人有礼貌，作业认真。计算再细心一些会更好。",
    "你聪明好动，课堂上再专心一点，成绩会更稳。",
    "你常常帮助别人，大家都喜欢你。继续坚持阅读的好习惯。",
    "你比上学期开朗了许多，老师为你高兴。",
]


def load_growth(chance: random.Random, users: dict[str, Posting], now: datetime) -> None:
    """For every paired child: the term before, filled, closed and once corrected; and this one."""
    today = timezone.localdate(now)
    terms = list(Term.objects.filter(starts_on__lte=today).order_by("-starts_on")[:2])
    if len(terms) < 2:
        return
    current, last = terms
    for term in (last, current):
        day = min(max(today, term.starts_on), term.ends_on)
        start_records(term=term, day=day, by=None, now=_at(term, now, 3))
    for number, record in enumerate(_of(last)):
        _fill(chance, number, record, users, _at(last, now, 110), share=1)
    ids = [record.pk for record in _of(last)]
    lead = users["principal"]
    close_records(term=last, ids=ids, by=lead.user, now=_at(last, now, 135))
    for number, record in enumerate(_of(current)):
        # Near the end of a term some are whole, some half filled, some not begun.
        share = (1, 0.6, 0.3, 0)[number % 4]
        _fill(chance, number + 3, record, users, _at(current, now, 70), share=share)
    _correct(last, lead, _at(last, now, 140))


def _at(term: Term, now: datetime, days: int) -> datetime:
    morning = timezone.make_aware(datetime.combine(term.starts_on, datetime.min.time()))
    return min(morning + timedelta(days=days, hours=10), now)


def _of(term: Term) -> list[GrowthRecord]:
    return list(
        GrowthRecord.objects.filter(term=term).select_related("child", "term").order_by("pk")
    )


def _fill(
    chance: random.Random,
    number: int,
    record: GrowthRecord,
    users: dict[str, Posting],
    at: datetime,
    share: float,
) -> None:
    """The class teacher's facts and marks; the subject teacher's mark in sport."""
    if share == 0:
        return
    age = record.child.age_on(record.term.ends_on)
    facts: dict[str, Any] = {
        "conduct": LEVELS[min(number % 5, 2)],
        "strengths": STRENGTHS[number % len(STRENGTHS)],
        "events": EVENTS[number % len(EVENTS)],
        "goals": GOALS[number % len(GOALS)],
        "mood": MOODS[number % len(MOODS)],
        "health": "GOOD" if number % 6 else "WEAK",
        "height_cm": Decimal(str(round(78 + 5.9 * age + chance.uniform(-6, 6), 1))),
        "weight_kg": Decimal(str(round(6 + 2.7 * age + chance.uniform(-3, 5), 1))),
        "eyesight_left": Decimal(chance.choice(["4.6", "4.8", "4.9", "5.0", "5.1"])),
        "eyesight_right": Decimal(chance.choice(["4.5", "4.8", "5.0", "5.0", "5.1"])),
        "way_to_school": ("WALK", "FAMILY", "SCHOOL_BUS", "BUS", "BOARDS")[number % 5],
        "distance_km": Decimal(str(round(chance.uniform(0.5, 9), 1))),
        "own_words": WORDS[number % len(WORDS)],
        "comment": COMMENTS[number % len(COMMENTS)],
    }
    kept = dict(list(facts.items())[: round(len(facts) * share)])
    marks = _marks(chance, number, record, share)
    common = {"record": record, "version": record.version, "now": at}
    fill_record(facts=kept, marks=marks[:-2], by=users["teacher"], **common)  # type: ignore[arg-type]
    fill_record(facts={}, marks=marks[-2:], by=users["subject"], **common)  # type: ignore[arg-type]


def _marks(
    chance: random.Random, number: int, record: GrowthRecord, share: float
) -> list[MarkEntry]:
    plan = [row.as_taught() for row in Subject.objects.in_use()]
    due = subjects_due(record.stage, record.grade, plan)
    found = []
    for subject in due[: max(2, round(len(due) * share))]:
        place = min(max(chance.choice([0, 1, 1, 2]) + (number % 4 == 1), 0), 3)
        score = Decimal(96 - 11 * place - chance.randint(0, 8)) if number % 3 else None
        found.append(MarkEntry(record.pk, subject, LEVELS[place], score))
    return found


def _correct(term: Term, lead: Posting, at: datetime) -> None:
    record = next(iter(_of(term)), None)
    if record is not None:
        correct_record(
            record=record, version=record.version, marks=[], by=lead, now=at,
            facts={"events": "六一参加县里的朗诵比赛，得二等奖。"},
            reason="获奖证书放假后才送到学校",
        )  # fmt: skip
