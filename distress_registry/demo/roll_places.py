"""Roll of the demo: three more schools, who learns where, and a child taught at home."""

from datetime import date

from accounts.models import Area, Organisation, Posting, User
from accounts.roles import Role
from children.actions.record import add_record, sign
from children.models import Child
from schools.actions.enrolment import enrol
from schools.actions.excuse import approve_excuse
from schools.actions.pairing import pair
from schools.models import Enrolment, HomeTeachingPlan, HomeTeachingVisit, School, Stage

from .cast import DAY, LOOKS, Cast

# Code, name, stages, township, and who leads it: username and name.
SCHOOLS = [
    ("3133000002", "淳安县第二初级中学", [Stage.JUNIOR], "100", "principal2", "邵国华"),
    ("2133000003", "淳安县实验小学", [Stage.PRIMARY], "100", "principal3", "汪丽萍"),
    ("2133000004", "汾口镇中心学校", [Stage.PRIMARY, Stage.JUNIOR], "108", "principal4", "余志强"),
]


def open_schools(cast: Cast) -> list[School]:
    """Three more, each with its principal; the last lies in another township."""
    found = []
    for code, name, stages, township, username, full_name in SCHOOLS:
        area = Area.objects.get(code=f"{cast.school.organisation.area_id[:6]}{township}")
        organisation = Organisation.objects.create(code=code, kind="SCHOOL", name=name, area=area)
        found.append(School.objects.create(organisation=organisation, stages=stages))
        user = User(username=username, full_name=full_name, is_active=True)
        user.password = cast.users["principal"].user.password
        user.save()
        posting = Posting(user=user, role=Role.PRINCIPAL, starts_on=date(2024, 1, 1))
        posting.organisation = organisation
        posting.save()
        cast.users[username] = posting
    return found


def fill_roll(cast: Cast, schools: list[School]) -> list[Child]:
    """Children of school age at no school go to the others, but a few: excused, or on no roll.

    Returns those on no roll; they are young, and the first ledger finds them.
    """
    late: list[Child] = []
    without = Child.objects.filter(enrolments=None).exclude(status="CLOSED").order_by("pk")
    for number, child in enumerate(c for c in without if 6 <= c.age_on(cast.today) <= 15):
        is_known = child.opened_on < cast.days[-LOOKS[1]]
        if child.age_on(cast.today) <= 8 and is_known and len(late) < 5:
            late.append(child)
        elif number % 12 == 5:
            _excuse(cast, child, number)
        else:
            enrol_in(cast, child, school_for(child, cast.today, schools), number)
    return late


def school_for(child: Child, today: date, schools: list[School]) -> School:
    """By age; who lives far from the town goes to the school out there."""
    junior, primary, far = schools
    if child.managing_area_id[:9] != primary.organisation.area_id:
        return far
    return junior if child.age_on(today) > 11 else primary


def enrol_in(
    cast: Cast, child: Child, school: School, number: int, first: date | None = None
) -> None:
    grade = min(max(child.age_on(cast.today) - 5, 1), 9)
    is_junior = grade > 6
    starts_on = first or max(child.opened_on, cast.today - 300 * DAY)
    facts = {
        "school": school, "class_name": f"{number % 4 + 1}班",
        "stage": Stage.JUNIOR if is_junior else Stage.PRIMARY,
        "grade": grade - 6 if is_junior else grade, "starts_on": starts_on,
        "is_boarding": is_junior and number % 3 == 0,
        "roll_number": f"G{child.id_number}" if child.id_number else "",
    }  # fmt: skip
    enrol(child=child, facts=facts, reason="", today=starts_on, **cast.by("county", starts_on))


def _excuse(cast: Cast, child: Child, number: int) -> None:
    """Some live elsewhere; the others are ill, or too frail to begin."""
    starts_on = max(cast.today - 60 * DAY, child.opened_on)
    kind, reason, document = "ELSEWHERE", "MOVED", "杭州市某学校在读证明"
    if number % 24 == 5:
        is_young = child.age_on(cast.today) <= 7
        kind = "DEFERRED" if is_young else "SUSPENDED"
        reason = "BODY_CONDITION" if is_young else "ILLNESS"
        document = f"教缓〔{cast.today.year}〕{number}号"
    facts = {
        "kind": kind, "reason": reason, "starts_on": starts_on, "ends_on": starts_on + 260 * DAY,
        "office": "COUNTY" if kind == "ELSEWHERE" else "TOWNSHIP", "approved_on": starts_on,
        "document": document,
    }  # fmt: skip
    approve_excuse(child=child, facts=facts, today=starts_on, **cast.by("supervisor", starts_on))


LESSONS = [
    ("认识颜色和形状，练习握笔。", "能指出红色和圆形，握笔十分钟。"),
    ("听读儿歌，跟唱两句。", "愿意跟唱，笑了好几次。"),
    ("数到十，用豆子分一分。", "能数到七。"),
    ("穿衣、系扣子训练。", "在奶奶帮助下完成。"),
]


def _place(cast: Cast, child: Child, placement: str, day: date, reason: str) -> None:
    row = Enrolment.objects.get(child=child, ends_on=None)
    row.placement = placement
    sign(row, cast.users["principal"].user, cast.at(day), reason)
    row.save()


def teach_at_home(cast: Cast) -> None:
    first = cast.days[-45]
    disabled = Child.objects.filter(
        certificates__isnull=False, enrolments__school=cast.school, enrolments__ends_on=None,
        enrolments__starts_on__lt=first, absences=None, ledger_entries=None, excuses=None,
    )  # fmt: skip
    chosen = list(disabled.order_by("pk").distinct()[:2])
    if len(chosen) < 2:
        return
    child = chosen[0]
    _place(cast, child, "HOME_TEACHING", first, "不能到校，县专家委员会评估")
    _place(cast, chosen[1], "REHAB_INST", cast.days[-30], "去康复机构，暂不到校")  # a finding
    plan = HomeTeachingPlan(
        child=child, school=cast.school, teacher=cast.users["teacher"], starts_on=first,
        ends_on=first + 280 * DAY, visits_per_week=2, lessons_per_visit=3, lessons_per_year=216,
        place="家中", goals="认识日常物品和数字，能自己穿衣、洗手；与人打招呼。",
    )  # fmt: skip
    add_record(row=plan, **cast.by("principal", first))
    paired = pair(
        child=child, helper=cast.users["teacher"], is_main=False, replaces=None, reason="",
        today=first, **cast.by("principal", first),
    )  # fmt: skip
    paired.confirmed_at = cast.at(first)
    sign(paired, cast.users["teacher"].user, cast.at(first), "")
    paired.save()
    carer = child.guardianships.filter(is_main_carer=True).first()
    for number, day in enumerate(cast.days[-44::3]):
        content, response = LESSONS[number % len(LESSONS)]
        visit = HomeTeachingVisit(
            child=child, plan=plan, posting=cast.users["teacher"], happened_on=day, lessons=3,
            content=content, response=response, signed_by=carer if number % 5 != 4 else None,
        )  # fmt: skip
        add_record(row=visit, **cast.by("teacher", day))
