"""Roll and ledgers of the demo: other schools, absences, dropouts, a child taught at home."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, Posting
from children.actions.record import add_record, sign
from children.models import Child
from schools.actions.enrolment import enrol, leave
from schools.actions.excuse import approve_excuse
from schools.actions.ledger import persuade, propose_closing, refresh, refresh_all
from schools.models import (
    Absence,
    Enrolment,
    HomeTeachingPlan,
    HomeTeachingVisit,
    LedgerEntry,
    School,
    Stage,
)
from schools.models.calendar import school_days

DAY = timedelta(days=1)


class Cast:
    """Who acts, and the school days up to today."""

    def __init__(self, users: dict[str, Posting], now: datetime) -> None:
        self.users, self.now, self.today = users, now, timezone.localdate(now)
        self.days = school_days(self.today - 200 * DAY, self.today - DAY)
        self.school = School.objects.get(pk=users["principal"].organisation_id)

    def by(self, name: str) -> dict[str, Any]:
        return {"by": self.users[name].user, "now": self.now}

    def pupils(self) -> list[Child]:
        """At the principal's school, those paired with the teacher first."""
        rows = Child.objects.filter(enrolments__school=self.school, enrolments__ends_on=None)
        paired = rows.filter(pairings__helper=self.users["teacher"])
        first = list(paired.order_by("pk"))
        return first + [child for child in rows.order_by("pk") if child not in first]


def load_roll(users: dict[str, Posting], now: datetime) -> None:
    """After the children's files; in the same transaction."""
    cast = Cast(users, now)
    _others(cast)
    pupils = cast.pupils()
    if len(pupils) < 8:  # a demo of a few children
        return
    _absences(cast, pupils)
    _suspected(cast, pupils[1])
    _back_again(cast, pupils[2])
    _dropout(cast, pupils[-1])
    _at_home(cast)
    refresh_all(now=now, today=cast.today)


def _others(cast: Cast) -> None:
    """Children of school age at no school go to two others; a few stay away, lawfully or not."""
    area = cast.school.organisation.area
    schools = []
    for code, name, stages in (
        ("3133000002", "淳安县第二初级中学", [Stage.JUNIOR]),
        ("2133000003", "淳安县实验小学", [Stage.PRIMARY]),
    ):
        organisation = Organisation.objects.create(code=code, kind="SCHOOL", name=name, area=area)
        schools.append(School.objects.create(organisation=organisation, stages=stages))
    without = Child.objects.filter(enrolments=None).exclude(status="CLOSED").order_by("pk")
    of_age = [child for child in without if 6 <= child.age_on(cast.today) <= 14]
    for number, child in enumerate(of_age):
        if number % 12 == 0:
            continue  # on no roll: the first ledger finds them
        if number % 12 == 5:
            _excuse(cast, child, number)
            continue
        grade = max(child.age_on(cast.today) - 5, 1)
        facts = {
            "school": schools[0] if grade > 6 else schools[1], "class_name": f"{number % 4 + 1}班",
            "stage": Stage.JUNIOR if grade > 6 else Stage.PRIMARY,
            "grade": min(grade - 6, 3) if grade > 6 else grade,
            "starts_on": max(child.opened_on, cast.today - 300 * DAY),
            "roll_number": f"G{child.id_number}" if child.id_number else "",
        }  # fmt: skip
        enrol(child=child, facts=facts, reason="", today=cast.today, **cast.by("county"))


def _excuse(cast: Cast, child: Child, number: int) -> None:
    is_away = number % 24 == 5
    facts = {
        "kind": "ELSEWHERE" if is_away else "DEFERRED",
        "reason": "MOVED" if is_away else "BODY_CONDITION", "starts_on": cast.today - 60 * DAY,
        "ends_on": cast.today + 200 * DAY, "office": "COUNTY" if is_away else "TOWNSHIP",
        "approved_on": cast.today - 61 * DAY,
        "document": "杭州市某小学在读证明" if is_away else f"教缓〔{cast.today.year}〕{number}号",
    }  # fmt: skip
    approve_excuse(child=child, facts=facts, today=cast.today, **cast.by("supervisor"))


def _away(cast: Cast, child: Child, kind: str, first: date, back: date | None) -> Absence:
    row = Absence(child=child, school=cast.school, kind=kind, starts_on=first, ends_on=back)
    return add_record(row=row, **cast.by("teacher"))


def _absences(cast: Cast, pupils: list[Child]) -> None:
    for number, child in enumerate(pupils[3:24]):
        first = cast.days[-12 - number]
        _away(cast, child, "ILL" if number % 3 else "LEAVE", first, first + (1 + number % 3) * DAY)
    _away(cast, pupils[0], "ILL", cast.days[-1], None)


# What guardians say when the child stays away.
SAID = [
    ("PHONE", "奶奶", "UNDECIDED", "奶奶说孩子不想上学，在家玩手机，答应再劝劝。"),
    (
        "JOINT_VISIT",
        "奶奶、本人",
        "PROMISED",
        "与村儿童主任一起上门，孩子说听不懂数学，答应下周回校。",
    ),
]


def _suspected(cast: Cast, child: Child) -> None:
    _away(cast, child, "UNEXCUSED", cast.days[-6], None)
    refresh(children=[child.pk], today=cast.days[-3], **cast.by("teacher"))
    entry = LedgerEntry.objects.get(child=child)
    for number, (means, whom, outcome, summary) in enumerate(SAID):
        facts = {
            "happened_on": cast.days[-3 + number], "means": means, "spoken_with": whom,
            "cause": "UNWILLING", "outcome": outcome, "summary": summary,
            "next_on": cast.days[-2] + number * 4 * DAY,
        }  # fmt: skip
        persuade(
            entry=entry, facts=facts, posting=cast.users["teacher"], now=cast.now,
            today=cast.today,
        )  # fmt: skip


def _back_again(cast: Cast, child: Child) -> None:
    """Absent, persuaded, back: the teacher proposes to close, a second person has to confirm."""
    row = _away(cast, child, "UNEXCUSED", cast.days[-9], None)
    refresh(children=[child.pk], today=cast.days[-6], **cast.by("teacher"))
    entry = LedgerEntry.objects.get(child=child)
    facts = {
        "happened_on": cast.days[-5], "means": "VISIT", "spoken_with": "爷爷", "cause": "NEGLECT",
        "outcome": "RETURNED", "summary": "爷爷把孩子送回学校，班主任当天谈心。", "next_on": None,
    }  # fmt: skip
    persuade(
        entry=entry, facts=facts, posting=cast.users["teacher"], now=cast.now, today=cast.days[-5]
    )
    row.ends_on = cast.days[-4]
    sign(row, cast.users["teacher"].user, cast.now, "")
    row.save()
    refresh(children=[child.pk], today=cast.today, **cast.by("teacher"))
    propose_closing(entry=entry, proposal="已返校上课一周，班主任核实。", **cast.by("teacher"))


def _dropout(cast: Cast, child: Child) -> None:
    left_on = max(cast.days[-40], child.enrolments.get(ends_on=None).starts_on)
    leave(
        child=child, left_on=left_on, end_reason="DROPPED_OUT", reason="随父外出务工",
        today=cast.today, **cast.by("principal"),
    )  # fmt: skip
    facts = {
        "happened_on": cast.days[-20], "means": "PHONE", "spoken_with": "父亲", "cause": "WORK",
        "outcome": "REFUSED", "summary": "父亲说孩子已在外打工，不回来了。",
        "next_on": cast.days[-10],
    }  # fmt: skip
    for entry in LedgerEntry.objects.filter(child=child, ledger="DROPOUT"):
        persuade(
            entry=entry, facts=facts, posting=cast.users["principal"], now=cast.now,
            today=cast.today,
        )  # fmt: skip


LESSONS = [
    ("认识颜色和形状，练习握笔。", "能指出红色和圆形，握笔十分钟。"),
    ("听读儿歌，跟唱两句。", "愿意跟唱，笑了好几次。"),
    ("数到十，用豆子分一分。", "能数到七。"),
    ("穿衣、系扣子训练。", "在奶奶帮助下完成。"),
]


def _at_home(cast: Cast) -> None:
    disabled = Child.objects.filter(certificates__isnull=False, enrolments__school=cast.school)
    child = disabled.filter(enrolments__ends_on=None).order_by("pk").distinct().first()
    if child is None:
        return
    row = Enrolment.objects.get(child=child, ends_on=None)
    row.placement = "HOME_TEACHING"
    sign(row, cast.users["principal"].user, cast.now, "不能到校，县专家委员会评估")
    row.save()
    first = cast.days[-45]
    plan = HomeTeachingPlan(
        child=child, school=cast.school, teacher=cast.users["teacher"], starts_on=first,
        ends_on=first + 280 * DAY, visits_per_week=2, lessons_per_visit=3, lessons_per_year=216,
        place="家中", goals="认识日常物品和数字，能自己穿衣、洗手；与人打招呼。",
    )  # fmt: skip
    add_record(row=plan, **cast.by("principal"))
    carer = child.guardianships.filter(is_main_carer=True).first()
    for number, day in enumerate(cast.days[-44::3]):
        content, response = LESSONS[number % len(LESSONS)]
        visit = HomeTeachingVisit(
            child=child, plan=plan, posting=cast.users["teacher"], happened_on=day, lessons=3,
            content=content, response=response, signed_by=carer if number % 5 != 4 else None,
        )  # fmt: skip
        add_record(row=visit, **cast.by("teacher"))
