"""The demo's children as their school observes them: one falling, referred and counselled."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Posting
from children.actions.concern import acknowledge, add_step, report_harm
from children.actions.record import add_record, sign
from children.models import Child, Guardianship
from schools.actions import referral as referrals
from schools.actions.counselling import add_note, hold_session
from schools.actions.observation import observe
from schools.actions.screening import enter_score
from schools.models import Consent, Pairing, Referral, ScreeningBand, ScreeningTool
from schools.models.checklist import checklist_in_force
from schools.rules.screening import needs_consent

# Answers to the nine questions, month by month up to the present, and what the teacher wrote.
FALLING = [
    ("000000000", ""),
    ("010010000", "最近有点闷。"),
    ("011110001", "常一个人坐着，作业拖拉。"),
    ("122121001", "午饭只吃几口，说睡不好。"),
    ("122230002", "上课流泪，说想妈妈，不愿说原因。"),
]
COURSES = [
    FALLING,
    [("000100000", ""), ("000100000", ""), ("000000000", ""), ("000000000", "开朗多了。")],
    [("012102001", "和同学打了一架。"), ("011101000", ""), ("000101000", ""), ("000100000", "")],
    [("100000000", ""), ("100000000", "早饭常不吃。"), ("200000000", "")],
    [("000000000", ""), ("000010000", ""), ("000000000", "")],
    [("000000000", ""), ("000000000", "")],
]
BANDS = [
    (0, 4, "基本正常", "minimal", False), (5, 9, "轻度", "mild", False),
    (10, 14, "中度", "moderate", True), (15, 19, "中重度", "moderately severe", True),
    (20, 27, "重度", "severe", True),
]  # fmt: skip
LICENCE = "权利人声明：可自由复制、翻译和使用，无需许可。只录入纸质量表的总分。"


def fill(users: dict[str, Posting], now: datetime) -> None:
    """Months of observations by the class teacher, a referral, scores with consent, two reports."""
    rows = Pairing.objects.filter(helper=users["teacher"], ends_on__isnull=True)
    rows = rows.select_related("child").order_by("child__opened_on", "pk")
    children = [row.child for row in rows[: len(COURSES) + 2]]
    for child, course in zip(children, COURSES, strict=False):
        _observed(child, course, users["teacher"], now)
    for row in Referral.objects.open().order_by("pk")[:1]:
        _counselled(row, users, now)
    _screened(children, users["counsellor"], now)
    for number, child in enumerate(children[-2:]):
        _reported(child, users, now, is_under_way=number == 1)


def _months(count: int, today: date) -> list[date]:
    """A day in each of the last `count` months, oldest first; the last is today."""
    days = [today]
    for _ in range(count - 1):
        days.append((days[-1].replace(day=1) - timedelta(days=1)).replace(day=20))
    return days[::-1]


def _observed(child: Child, course: list[Any], teacher: Posting, now: datetime) -> None:
    for day, (levels, remark) in zip(
        _months(len(course), timezone.localdate(now)), course, strict=True
    ):
        checklist = checklist_in_force(day)
        assert checklist is not None
        observe(
            child=child, observer=teacher, checklist=checklist,
            levels=[int(level) for level in levels], remark=remark,
            now=now - (timezone.localdate(now) - day), today=day,
        )  # fmt: skip


def _counselled(row: Referral, users: dict[str, Posting], now: datetime) -> None:
    counsellor, today = users["counsellor"], timezone.localdate(now)
    referrals.take(referral=row, lead=users["principal"].user, by=counsellor, now=now)
    row.refresh_from_db()
    told: dict[str, Any] = {"by": counsellor.user, "now": now}
    facts = {"held_on": today, "minutes": 35, "kind": "CHILD", "is_secret": False}
    hold_session(referral=row, facts=facts, note="初次谈话，建立信任；孩子愿意再来。", **told)
    hold_session(
        referral=row, facts=facts | {"minutes": 20, "is_secret": True},
        note="孩子请求保密：夜里常听到争吵。", **told,
    )  # fmt: skip
    text = "每周一次谈话；请班主任留意午饭；月底与奶奶见面。"
    referrals.plan(referral=row, text=text, by=counsellor, now=now)
    add_note(referral=row, text="已与班主任约定每天放学前问一句。", **told)


def _screened(children: list[Child], counsellor: Posting, now: datetime) -> None:
    """The same instrument twice, with a guardian's consent where the law asks for it."""
    today = timezone.localdate(now)
    tool = ScreeningTool(name="PHQ-9", version="2010", licence_note=LICENCE)
    sign(tool, counsellor.user, now, "")
    tool.save()
    for lowest, highest, label_zh, label_en, refers in BANDS:
        band = ScreeningBand(
            tool=tool, lowest=lowest, highest=highest, label_zh=label_zh, label_en=label_en,
            refers=refers,
        )  # fmt: skip
        sign(band, counsellor.user, now, "")
        band.save()
    old_enough = [child for child in children if child.age_on(today) >= 11]
    for child in old_enough[:2]:
        first = today - timedelta(days=100)
        if needs_consent(child.birth_date, first) and not _consented(child, first, counsellor, now):
            continue
        for day, score in ((first, 4), (today - timedelta(days=6), 7)):
            enter_score(
                child=child, tool=tool, taken_on=day, score=score, remark="", by=counsellor,
                now=now, today=today,
            )  # fmt: skip


def _consented(child: Child, day: date, counsellor: Posting, now: datetime) -> bool:
    care = Guardianship.objects.filter(child=child, starts_on__lte=day).first()
    if care is None:
        return False
    row = Consent(
        child=child, purpose="SCREENING", text_version="2026-1", guardianship=care, way="PAPER",
        given_on=day,
    )  # fmt: skip
    add_record(row=row, by=counsellor.user, now=now)
    return True


def _reported(
    child: Child, users: dict[str, Posting], now: datetime, *, is_under_way: bool
) -> None:
    at = now - timedelta(hours=50 if is_under_way else 2)
    facts = {
        "cases": ["ABANDONED"] if is_under_way else ["INJURED"], "is_safe": "UNKNOWN",
        "happened_on": timezone.localdate(at), "seen_by": "班主任" if is_under_way else "接诊医生",
        "told_by": "SCHOOL" if is_under_way else "HOSPITAL",
        "account": "孩子说家里几天没有大人。" if is_under_way else "手臂有多处瘀伤，不愿说来由。",
        "injuries": "" if is_under_way else "左臂三处瘀伤",
        "police_called_at": at, "police_receipt": "淳公（演示）0001" if is_under_way else "",
        "guardianship": None if is_under_way else child.guardianships.first(),
    }  # fmt: skip
    row = report_harm(child=child, facts=facts, reporter=users["teacher"], now=at)
    if is_under_way:
        by = users["supervisor"].user
        acknowledge(concern=row, by=by, now=at + timedelta(minutes=20))
        text = "当晚入户，已送到外婆家，外婆同意照料。"
        add_step(concern=row, text=text, by=by, now=at + timedelta(hours=4))
