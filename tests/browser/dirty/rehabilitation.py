"""What institutions of rehabilitation send: sessions signed for, and claims."""

from datetime import date

from assistance.models import ClaimLine, RehabilitationSession
from children.models import Child
from tests.browser.office import Merged
from tests.exchange import lists
from tests.exchange.lists import EAST, number
from tests.factories import (
    ChildFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    area,
)

from .parts import Dirty, wide

YOUNG = date(2021, 3, 1)  # for rehabilitation

_YOUNG_A = number(1, YOUNG)


def _planned() -> Child:
    child = ChildFactory(
        name="张三", id_number=_YOUNG_A, birth_date=YOUNG, sex="MALE", residence_area=area(EAST)
    )
    center = RehabilitationInstitutionFactory(name="晨光康复中心（总部）", area=area(lists.COUNTY))
    RehabilitationPlanFactory(application__child=child, institution=center)
    return child


def _sessions(child: Child) -> None:
    held = RehabilitationSession.objects.standing().filter(child=child).order_by("held_on")
    assert [(one.held_on.isoformat(), float(one.hours), one.signed_by) for one in held] == [
        ("2026-03-02", 1.5, "李大娘"), ("2026-03-03", 1.0, "李大娘"),
    ]  # fmt: skip
    assert RehabilitationSession.objects.count() == 2


_SESSIONS = Dirty(
    "康复训练签到表",
    [["序号", "定点康复机构", "儿童姓名", "身份证号码", "训练项目", "训练日期", "课时",
      "家长签字\n（签名）"]],
    [
        [1, Merged("晨光康复中心(总部)", 4), "张　三", f"'{_YOUNG_A}", "孤独症训练", "2026年3月2日",
         "1.5课时", "李大娘"],
        [2, None, "张三", wide(_YOUNG_A), "孤独症", date(2026, 3, 3), 1, "李 大娘"],
        [3, None, "张三", _YOUNG_A, "孤独症", "2026.3.4", 1, None],
        [4, None, "张三", _YOUNG_A, "孤独症", "2026.3.5", 13, "李大娘"],
    ],
    {2: "REQUIRED", 3: "HOURS"}, _planned, _sessions, {"课时": "hours"},
)  # fmt: skip


def _attended() -> Child:
    """Three sessions of March are signed for; of April none."""
    child = _planned()
    plan = child.rehabilitation_plans.get()
    for day in (2, 3, 4):
        RehabilitationSessionFactory(plan=plan, held_on=date(2026, 3, day))
    return child


def _claims(child: Child) -> None:
    (line,) = ClaimLine.objects.filter(child=child).select_related("claim")
    assert (line.claim.month, line.claim.area_id) == (date(2026, 3, 1), lists.COUNTY)
    assert (line.asked_sessions, float(line.granted_amount)) == (3, 300.0)


_CLAIMS = Dirty(
    "康复机构结算申请表",
    [["序号", "定点康复机构", "儿童姓名", "身份证号码", "救助项目", "结算月份", "训练次数",
      "结算金额（元）"]],
    [
        [1, Merged("晨光康复中心(总部)", 3), "张　三", f"'{_YOUNG_A}", "孤独症训练", "2026年3月",
         "３次", "300.00元"],
        [2, None, "张三", wide(_YOUNG_A), "孤独症", "2026年4月", 1, 100],
        [3, None, "张三", _YOUNG_A, "孤独症", "2026年2月", 1, -100],
    ],
    {1: "NOT_SIGNED", 2: "NEGATIVE"}, _attended, _claims, {"训练次数": "sessions"},
)  # fmt: skip


KINDS = {
    "rehabilitation_sessions": _SESSIONS,
    "rehabilitation_claims": _CLAIMS,
}
