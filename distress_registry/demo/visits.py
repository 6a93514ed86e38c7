"""Visits, calls, assessments of the risk and confirmed facts of the demo county's children."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, Posting
from accounts.models.organisation import OrganisationKind
from children.actions.due import confirm_facts, put_off
from children.actions.record import add_record, sign
from children.actions.risk import assess_risk
from children.models import CareAction, CarePlan, Child, DueKind, DueWork, HomeVisit, KeyFact

DAY = timedelta(days=1)
MOST = 3  # visits of a child
EVERY = {"HIGH": 28, "MEDIUM": 80, "LOW": 160, "UNKNOWN": 80}  # days
CALLED = {"HIGH": 6, "MEDIUM": 28, "LOW": 85, "UNKNOWN": 28}  # days ago at the most
CONFIRMED = {"HIGH": 80, "MEDIUM": 170, "LOW": 330, "UNKNOWN": 170}


@dataclass(frozen=True)
class Seen:
    summary: str
    health: str
    mood: str
    living: str
    needs: str = ""
    promises: str = ""
    allowance: str = "CHILD"
    conduct: str = "GOOD"


SEEN = (
    Seen("家里收拾得干净，孩子在写作业，奶奶说最近吃得好。", "GOOD", "GOOD", "GOOD"),
    Seen("爷爷在地里干活，孩子自己做饭，冰箱里有菜。", "GOOD", "FAIR", "FAIR", "想要一张书桌",
         "村里月底前找一张书桌（儿童主任）"),
    Seen("孩子感冒了，已去卫生院看过，药放在桌上。", "FAIR", "FAIR", "GOOD"),
    Seen("屋顶漏雨，被子有潮味，孩子不太说话。", "FAIR", "WORRYING", "WORRYING", "修屋顶、棉被两床",
         "镇里派人看屋顶（督导员）；棉被下周送到（儿童主任）", "PARTLY", "FAIR"),
    Seen("外婆身体尚可，补助用来买了校服和牛奶。", "GOOD", "GOOD", "GOOD"),
    Seen("孩子说想爸爸，周末和他视频过一次。", "GOOD", "FAIR", "GOOD", "", "每周视频一次（父亲）"),
)  # fmt: skip
SIGNS = {
    "LOW": (["parents_away"], [], ["no_hukou", "loss"]),
    "MEDIUM": (["neglect", "loss"], ["incapable", "parents_away"], ["ill", "poor_home"]),
    "HIGH": (["violence"], ["incapable", "neglect", "ill"], ["alone"]),
}


def load_visits(users: dict[str, Posting], now: datetime) -> None:
    """By number: some were never visited, forgotten, not at home, or put off; most go well."""
    chance = random.Random(20260303)
    children = Child.objects.select_related("managing_area").order_by("pk")
    for number, child in enumerate(children):
        home = child.managing_area_id == users["director"].area_id
        visitor = users["director" if home else "supervisor"]
        _assess(chance, number, child, users["supervisor"], now)
        _visit(chance, number, child, visitor, now)
        days = CONFIRMED[child.risk_level]
        ago = days + chance.randint(15, 60) if number % 10 == 7 else chance.randint(0, days)
        confirm_facts(child=child, facts=KeyFact.values, by=visitor, now=now - timedelta(days=ago))
        if child.risk_level == "HIGH":
            _plan(child, visitor, now)
        if number % 20 == 6:
            _put_off(child, visitor, now)


def _assess(
    chance: random.Random, number: int, child: Child, assessor: Posting, now: datetime
) -> None:
    if child.risk_level == "UNKNOWN":
        return
    at = min(_at(child.opened_on + DAY), now)
    lifted = child.risk_level == "MEDIUM" and number % 7 == 3
    signs = chance.choice(SIGNS["LOW" if lifted else child.risk_level])
    assess_risk(
        child=child, signs=signs, level=child.risk_level, remark="", assessor=assessor, now=at,
        override_reason="奶奶近期要住院，先按中风险走访" if lifted else "",
    )  # fmt: skip


def _visit(
    chance: random.Random, number: int, child: Child, visitor: Posting, now: datetime
) -> None:
    story, today = number % 10, timezone.localdate(now)
    if story == 4 and child.opened_on > today - timedelta(days=40):
        return  # not visited yet
    every = EVERY[child.risk_level]
    ago = every + chance.randint(5, 40) if story == 1 else chance.randint(0, every - 1)
    care = child.guardianships.filter(is_main_carer=True).first()
    days = [today - timedelta(days=ago + every * back) for back in range(MOST)]
    for day in sorted(day for day in days if day > child.opened_on):
        _save(_met(chance, day, care), child, visitor)
    called = today - timedelta(days=chance.randint(0, CALLED[child.risk_level]))
    if story != 1 and called > child.opened_on:
        _save(_met(chance, called, care, by_phone=True), child, visitor)
    tried = today - timedelta(days=chance.randint(1, 4))
    if story == 2 and tried > child.opened_on:
        row = HomeVisit(
            mode="HOME", outcome="NOT_AT_HOME", visited_on=tried, next_on=tried + 3 * DAY,
            summary="门锁着，邻居说一家人去走亲戚了。",
        )  # fmt: skip
        _save(row, child, visitor)


def _met(chance: random.Random, day: date, care: Any, by_phone: bool = False) -> HomeVisit:
    seen = chance.choice(SEEN)
    facts: dict[str, Any] = {
        "visited_on": day, "outcome": "MET", "health": seen.health, "mood": seen.mood,
        "schooling": "GOOD", "guardianship": care, "summary": seen.summary, "needs": seen.needs,
        "promises": seen.promises,
        "child_seen": "ALONE" if chance.random() < 0.7 else "WITH_OTHERS",
    }  # fmt: skip
    if by_phone:
        return HomeVisit(mode="PHONE", **facts)
    return HomeVisit(
        mode="HOME", injuries="NONE", living_conditions=seen.living, diet="GOOD", clothes="GOOD",
        guardian_conduct=seen.conduct, allowance_use=seen.allowance, **facts,
    )  # fmt: skip


def _save(row: HomeVisit, child: Child, visitor: Posting) -> None:
    row.child, row.visitor = child, visitor
    sign(row, visitor.user, min(_at(row.visited_on), timezone.now()), "")
    row.save()


def _put_off(child: Child, by: Posting, now: datetime) -> None:
    work = DueWork.objects.filter(child=child).first()
    item = work.item(DueKind.VISIT) if work else None
    if item is None:
        return
    until = max(item.on, timezone.localdate(now)) + 6 * DAY
    put_off(
        child=child, kind=item.kind, cause_on=item.was_on, until=until, by=by, now=now,
        reason="孩子随母亲外出看病，下周回来",
    )  # fmt: skip


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(16, 10)))


STEPS = (
    ("联系残联办理残疾人证", "县残联 陆干事", 20),
    ("每周三课后辅导数学", "中心小学 叶老师", 5),
    ("镇里维修屋顶", "镇民政办 周督导", -6),
)  # fmt: skip


def _plan(child: Child, author: Posting, now: datetime) -> None:
    """For children at high risk: one step done, one overdue, one ahead."""
    today = timezone.localdate(now)
    plan = CarePlan(
        child=child, author=author, starts_on=today - 40 * DAY, review_on=today + 20 * DAY,
        goals="有固定的人照料起居；每天到校；按时复诊吃药。",
    )  # fmt: skip
    add_record(row=plan, by=author.user, now=now - 40 * DAY)
    for number, (what, who, days) in enumerate(STEPS):
        row = CareAction(plan=plan, child=child, what=what, who=who, due_on=today + days * DAY)
        if number == 1:
            row.office = _school_of(child)
        if number == 0:
            row.done_on, row.outcome = today - 3 * DAY, "已领证"
        add_record(row=row, by=author.user, now=now - 39 * DAY)


def _school_of(child: Child) -> Organisation | None:
    """The school that may see the file, if any: it answers for the lessons."""
    rows = Organisation.objects.filter(kind=OrganisationKind.SCHOOL)
    return rows.filter(pk__in=child.access_rows.values("organisation")).first()
