# ruff: noqa: E501 -- rows of a sheet stand as they do there
"""One dirty list of each kind, as an office would send it, and what must come of it.

In each 张三 has a file, 李四 or 王小五 has none, and one or two rows cannot be taken. Above stand
title and sender, below total, note and signature; the list is the second sheet of its file, and a
column is there that nobody knows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from assistance.models import ClaimLine, RehabilitationSession
from children.models import CategorySpell, Child, EconomicStatusSpell
from exchange.actions.run_checks import run_checks
from exchange.models import Finding, ListRow, NumberQuery, ProposedChange
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, adult, number
from tests.factories import (
    AskedNumberFactory,
    CategorySpellFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    NumberQueryFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    UserFactory,
    area,
)

from .office import Formula, Merged

UNKNOWN = "领导批示"
A, B, C, D = number(1), number(40), number(3), number(42)
WITH_X = next(one for one in map(number, range(2, 400, 2)) if one.endswith("X"))
YOUNG = date(2021, 3, 1)  # for rehabilitation


def wide(written: str) -> str:
    """Full-width, as an input method leaves it."""
    return "".join(chr(ord(mark) + 0xFEE0) if mark.isascii() else mark for mark in written)


def apart(number: str) -> str:
    return f" {number[:6]} {number[6:14]}　{number[14:]}"


@dataclass(frozen=True)
class Dirty:
    """`head`: one line, or two below group headings. `wrong`: place among `rows` → codes."""

    title: str
    head: list[list[Any]]
    rows: list[list[Any]]
    wrong: dict[int, str]
    arrange: Callable[[], Any]
    shows: Callable[[Any], None]  # given what `arrange` gave
    means: dict[str, str] = field(default_factory=dict)  # heading → key, to be seen on the page

    @property
    def first(self) -> int:
        """Number of the first row of data."""
        return 3 + len(self.head)

    @property
    def sheets(self) -> dict[str, list[list[Any]]]:
        first, *more = self.head
        width = len(first) + 1
        blank = [None] * (width - 2)
        heads = [[*first, Merged(UNKNOWN, len(self.head))], *([*line, None] for line in more)]
        content = [
            [Merged(f"淳安县{self.title}（２０２６年）", 1, width), *[None] * (width - 1)],
            ["填报单位：某某局", None, "填报时间：2026年3月"],
            *heads,
            *([*row, "同意"] for row in self.rows),
            [Merged("合　计", 1, 2), None, f"{len(self.rows)}人", *blank[1:]],
            ["注：1.本表数据截至上月底；2.如有疑问请与我局联系。"],
            ["填表人：王某", None, "审核人：赵某", "（盖章）"],
        ]
        return {"填表说明": [["请勿改动表头"], ["身份证号请按文本格式填写"]], "名单": content}


def known(**facts: Any) -> Child:
    """张三, whose file the village keeps."""
    facts = {"status": "ACTIVE", "hukou_area": area(EAST)} | facts
    return ChildFactory(
        name="张三", id_number=A, birth_date=BORN, sex="MALE", residence_area=area(EAST), **facts
    )


def parent(sequence: int, relation: str) -> Child:
    """张三, with a parent of that number."""
    one = known()
    who = GuardianFactory(name="张大", id_number=adult(sequence), recorded_in=area(EAST))
    GuardianshipFactory(child=one, guardian=who, relation=relation, kind="PARENT")
    return one


def rows() -> list[ListRow]:
    return list(ListRow.objects.select_related("child").order_by("row"))


def found(code: str) -> list[Finding]:
    run_checks(now=timezone.now(), codes=[code])
    return list(Finding.objects.filter(found_by__code=code).open().order_by("pk"))


def finds(code: str, *, unknown: bool = False, **marks: Any) -> Callable[[Child], None]:
    """The first row is 张三, the second nobody of ours; the check finds 张三, or who is unknown."""

    def shows(child: Child) -> None:
        first, second, *_more = rows()
        assert (first.decision, first.child) == ("automatic", child)
        assert (second.decision, second.child) == ("new", None)
        assert {key: first.marks.get(key) for key in marks} == marks
        told = [(one.child, one.list_row) for one in found(code)]
        assert ((None, second) if unknown else (child, first)) in told
        assert set(told) <= {(child, first), (None, second)}

    return shows


def finds_of_parent(code: str) -> Callable[[Child], None]:
    def shows(child: Child) -> None:
        (finding,) = found(code)
        assert (finding.child, finding.list_row) == (child, rows()[0])

    return shows


# The register: a file is opened, and of one that is there a change is proposed.
def _register(child: Child) -> None:
    opened = Child.objects.get(name="王小五")
    carer = opened.guardianships.get(is_main_carer=True)
    assert (carer.guardian.name, carer.relation) == ("李大娘", "GRANDMOTHER_PATERNAL")
    assert carer.guardian.phone == "13800001111"
    assert (opened.residence_area_id, opened.birth_date) == (EAST, BORN)
    assert CategorySpell.objects.get(child=opened).category == "DE_FACTO"
    assert EconomicStatusSpell.objects.get(child=opened).status == "DIBAO"
    assert opened.certificates.get().grade == 2
    change = ProposedChange.objects.get(child=child, field="address")
    assert "5号" in change.new_value
    assert Child.objects.count() == 2


_REGISTER = Dirty(
    "困境儿童台账",
    [
        ["序号", Merged("儿童基本信息", 1, 4), None, None, None, Merged("现居住地", 1, 3), None, None,
         Merged("监护人情况", 1, 4), None, None, None, Merged("困境类型", 2), Merged("是否低保", 2),
         Merged("残疾证", 1, 3), None, None],
        [None, "姓　名", "性别", "身份证号码", "出生年月日", "乡镇", "村（社区）", "详细地址",
         "姓名", "与儿童关系", "身份证号码", "联系电话", None, None, "残疾证号", "类别", "等级"],
    ],
    [
        [1, "张　三", "1-男", f"'{A}", "2015.3.7", "千岛湖镇", "大源村", "大源村３组５号",
         "李大妈", "奶奶", None, None, None, None, None, None, None],
        [2, "王 小 五", "女", wide(WITH_X.lower()), BORN, "千岛湖镇", "大源", "2组",
         "李　大娘", "奶奶", adult(2), "138 0000 1111", "事实无人抚养儿童-7141", "√",
         WITH_X + "52", "智力", "二级"],
        [3, "李四", "女", B[:17], "2015年3月7日", "千岛湖镇", "大源村", "",
         "王某", "外婆", None, None, "孤儿", "否", None, None, None],
        [4, "赵六", "男", C, "3月7日", "千岛湖镇", "大源村", "",
         "王某", "外婆", None, None, "孤儿", "否", None, None, None],
    ],
    {2: "ID_LENGTH", 3: "DATE_NO_YEAR"}, known, _register,
    {"身份证号码": "id_number", "是否低保": "is_dibao"},
)  # fmt: skip

_CERTIFICATES = Dirty(
    "持证残疾人名册",
    [["序号", "残疾人姓名", "性别", "身份证号", "残疾证号", "类别", "等级", "发证日期", "有效期至",
      "村(社区)"]],
    [
        [1, "张　三", "男", apart(A), f"'{A}43", "4-肢体", "三级", 42800, "长期", "大源村"],
        [2, " 李 四", "女", B, wide(B + "52"), "智力残疾", "二级", "2020年5月6日", date(2030, 5, 6),
         "大源村"],
        [3, "王五", "男", C, C + "52", "智力", Formula("NA()"), "2020.5.6", None, "大源村"],
        [4, "赵六", "女", 9.90101201503071e17, D + "52", "智力", "二级", None, None, "大源村"],
    ],
    {2: "ERROR_VALUE", 3: "ID_LOST_DIGITS"}, known,
    finds("M01", unknown=True, certificate__kind="4", certificate__issued_on="2017-03-06"),
    {"残疾人姓名": "name", "类别": "certificate__kind"},
)  # fmt: skip


def _orphan() -> Child:
    return CategorySpellFactory(child=known(), category="ORPHAN_SCAT").child


_TWO_SUBSIDIES = Dirty(
    "残疾人两项补贴发放名册",
    [["序号", "月份", "补贴对象", "身份证号码", "补贴类型", "补贴金额（元）", "发放状态", "乡镇", "村"]],
    [
        [1, "２０２６年２月", "张　三", f"'{A}", "困难残疾人生活补贴", "1,234.50元", "已发放",
         "千岛湖镇", "大源村"],
        [2, "2026.02", "李四", B, "护理补贴", 120, "正常", "千岛湖镇", "大源村"],
        [3, "2026-02", "王五", C, "护理补贴", -120, "正常", "千岛湖镇", "大源村"],
    ],
    {2: "NEGATIVE"}, _orphan, finds("M30", amount=1234.5, month="2026-02-01", subsidy="LIVING"),
    {"补贴金额（元）": "amount"},
)  # fmt: skip

_LOW_INCOME = Dirty(
    "低收入家庭成员花名册",
    [
        [Merged("户编号", 2), Merged("户主信息", 1, 2), None, Merged("家庭成员", 1, 3), None, None,
         Merged("是否低保", 2), Merged("是否监测户", 2), Merged("批准日期", 2), Merged("村", 2)],
        [None, "姓名", "身份证号", "姓名", "身份证号", "与户主关系", None, None, None, None],
    ],
    [
        [Merged("甲-1", 2), Merged("张大", 2), Merged(adult(1), 2), "张　三", A, "长子",
         Merged("是", 2), "空", "2024年9月", Merged("大源村", 2)],
        [None, None, None, " 李 四", wide(B), "次女", None, "×", 45000, None],
        ["乙-2", "王大", adult(3), "王五", C, "子", "也许", "√", "2024-9-1", "大源村"],
        ["乙-2", "王大", adult(3), "赵六", D[:17] + "?", "女", "否", "√", "2024-9-1", "大源村"],
    ],
    {2: "YES_OR_NO", 3: "ID_CHARACTER"}, known,
    finds("M13", unknown=True, economic="DIBAO", since="2024-09-01"),
    {"是否监测户": "is_monitored"},
)  # fmt: skip

_DEATHS = Dirty(
    "死亡人员名单",
    [["序号", "死者姓名", "性别", "公民身份号码", "死亡时间", "死亡类别", "火化时间"]],
    [
        [1, "张　大", "男", wide(adult(1)), "二〇二六年一月五日", "因病死亡", "2026.1.8"],
        [2, "王五", "女", f"'{adult(4)}", date(2026, 1, 9), "死亡注销", None],
        [3, "赵六", "男", adult(5), "3月2日", "死亡", None],
        [4, "钱七", "男", adult(7), "2026.2.30", "死亡", None],
    ],
    {2: "DATE_NO_YEAR", 3: "DATE_IMPOSSIBLE"}, lambda: parent(1, "FATHER"),
    finds_of_parent("M07"), {"死者姓名": "name", "死亡时间": "died_on"},
)  # fmt: skip

_HOUSEHOLD = Dirty(
    "户籍变动名册",
    [["户号", "户主姓名", "姓名", "性别", "公民身份号码", "出生日期", "民族", "变动类型", "变动日期",
      "户籍地址"]],
    [
        ["0001", "张大", "张　三", "男(1)", f"'{A}", "２０１５０３０７", "汉", "迁往市外", "2026.2.1",
         "大源村5号"],
        ["0001", "张大", "李四", "女", B, 20150307, "01-汉族", "在册", None, "大源村5号"],
        ["0002", "王大", "王五", "女", C, BORN, "汉族", "出生登记", "2015-3-20", "大源村6号"],
    ],
    {2: "ID_SEX_DIFFERS"}, known, finds("M27", event="OUT", event_on="2026-02-01"),
    {"变动类型": "event", "户籍地址": "address"},
)  # fmt: skip

# The ministry's sheet: 48 columns in its order, then two members of the family under their groups.
_ROLL = {
    "学校名称": "千岛湖镇中心小学", "学校标识码": "2133000001", "姓名": "张　三", "性别": "1-男",
    "出生日期": 20150307, "出生地": "330127", "籍贯": "浙江淳安", "民族": "01-汉族",
    "国籍/地区": "中国", "身份证件类型": "居民身份证", "身份证件号": f"'{A}", "港澳台侨外": "00-否",
    "政治面貌": "少先队员", "健康状况": "10-健康或良好", "照片": None, "姓名拼音": "zhangsan",
    "曾用名": None, "身份证件有效期": "长期", "户口所在地": "330127100201", "户口性质": "2-农业户口",
    "特长": None, "学籍辅号": "01", "班内学号": 7, "年级": "小学五年级", "班级": "五（1）班",
    "入学年月": "２０２１０９", "入学方式": "11-就近入学", "就读方式": "2", "学生来源": "正常入学",
    "现住址": "大源村5号", "通信地址": "大源村5号", "家庭地址": "大源村5号", "联系电话": "13800001111",
    "邮政编码": "311700", "电子信箱": None, "主页地址": None, "是否独生子女": "0-否",
    "是否受过学前教育": "√", "是否留守儿童": "0-非留守儿童", "是否进城务工人员随迁子女": "否",
    "是否孤儿": "1-是", "是否烈士或优抚子女": "×", "随班就读": "0-非随班就读", "残疾类型": "0-无残疾",
    "是否由政府购买学位": "N", "是否需要申请资助": "Y", "是否享受一补": "无", "上下学距离（公里）": "2.5公里",
    "上下学方式": "步行", "是否需要乘坐校车": "0",
}  # fmt: skip
_MEMBER = {
    "姓名": "李　大娘", "关系": "奶奶", "关系说明": None, "民族": "汉族", "工作单位": None,
    "现住址": "大源村5号", "户口所在地": "330127100201", "联系电话": "13800001111", "是否监护人": "是",
    "身份证件类型": "居民身份证", "身份证件号": adult(2), "职务": None,
}  # fmt: skip


def _pupil(**facts: Any) -> list[Any]:
    second = dict.fromkeys(_MEMBER)
    return [*(_ROLL | facts).values(), *_MEMBER.values(), *second.values()]


_SCHOOL_ROLL = Dirty(
    "学生基础信息采集表",
    [
        [*(Merged(word, 2) for word in _ROLL),
         Merged("家庭成员或监护人一", 1, 12), *[None] * 11, Merged("家庭成员或监护人二", 1, 12),
         *[None] * 11],
        [*[None] * len(_ROLL), *_MEMBER, *_MEMBER],
    ],
    [
        _pupil(),
        _pupil(姓名=" 李 四", 性别="女", 身份证件号=wide(B), 是否孤儿=0),
        _pupil(姓名="王五", 身份证件号=C, 随班就读="5-智力残疾随班就读"),
        _pupil(姓名="赵六", 性别="2", 身份证件号=None, 身份证件类型="无", 年级="九十年级"),
    ],
    {2: "INCLUSIVE_DISABILITY", 3: "UNKNOWN_CODE"}, known,
    finds("M19", orphan=True, school_grade="P5"), {"班级": "class_name", "是否孤儿": "orphan"},
)  # fmt: skip

_AWAY = timezone.localdate() - timedelta(days=10)
_ATTENDANCE = Dirty(
    "学生缺勤情况表",
    [["序号", "学校", "姓名", "身份证号码", "年级", "班级", "缺勤类型", "缺勤开始日期", "返校日期",
      "缺勤天数"]],
    [
        [1, "千岛湖镇中心小学", "张　三", f"'{A}", "五年级", "1班", "旷课",
         f"{_AWAY:%Y}年{_AWAY.month}月{_AWAY.day}日", None, "10天"],
        [2, "千岛湖镇中心小学", "李四", wide(B), "5年级", "2班", "病假", "2026.1.5", "2026/1/9", 5],
        [3, "千岛湖镇中心小学", "王五", C, "五年级", "2班", "旷课", "2026.1.5", "2026.1.2", 3],
    ],
    {2: "DATES_IN_WRONG_ORDER"}, known, finds("M16", absence="UNEXCUSED", days=10),
    {"返校日期": "absent_to"},
)  # fmt: skip

_ADMISSIONS = Dirty(
    "高校录取名单",
    [["序号", "考生号", "姓名", "性别", "身份证号", "录取院校", "层次", "录取时间"]],
    [
        [1, "26330127150001", "张　三", "男", f"'{A}", "某某职业学院", "专科", "2026年2月10日"],
        [2, "26330127150002", "李四", "女", apart(B), "某某大学", "本科", 46063],
        [3, "26330127150003", "王五", "男", C, None, "本科", "2026-02-10"],
    ],
    {2: "REQUIRED"}, known, finds("M22", admitted_on="2026-02-10"), {"录取院校": "school"},
)  # fmt: skip

_ILLNESS = Dirty(
    "大病救助人员名单",
    [["序号", "参保人姓名", "身份证号码", "人员类别", "主要诊断", "就诊日期", "总费用", "个人自付"]],
    [
        [1, "张　三", f"'{A}", "特困人员-7131", "急性白血病", "2026/1/5", "￥120,000.00", 3000.5],
        [2, "李四", wide(B), "城乡孤儿-7041", "血友病", date(2026, 1, 6), "8000元", Formula("1/0")],
        [3, "王五", C, "普通", "血友病", "2026/1/6", "很多", None],
        [4, "赵六", D, "普通", "血友病", "2026年1月6日", 800, None],
    ],
    {1: "ERROR_VALUE", 2: "NUMBER"}, known, finds("M12", diagnosed_on="2026-01-05"),
    {"人员类别": "insured_as", "个人自付": "own_cost"},
)  # fmt: skip


def _asked() -> Child:
    """A batch with the father's number waits for its answer."""
    one = parent(1, "FATHER")
    now, who = timezone.now(), one.guardianships.get().guardian
    query = NumberQueryFactory(
        state="SENT", decided_by=UserFactory(), decided_at=now, sent_at=now,
        due_on=timezone.localdate(now),
    )  # fmt: skip
    AskedNumberFactory(query=query, guardian=who)
    return one


def _answered(child: Child) -> None:
    finds_of_parent("M08")(child)
    assert NumberQuery.objects.get().state == "CLOSED"


_PRISON = Dirty(
    "服刑人员比对结果",
    [["序号", "被查询人", "公民身份号码", "比对结果", "收监时间", "刑满时间", "监狱名称"]],
    [
        [1, "张　大", wide(adult(1)), "在押服刑", "2025年3月", "2031.3.4", "某某监狱"],
        [2, "王五", f"'{adult(3)}", "查无此人", None, None, None],
        [3, "赵六", adult(5), "也许", None, None, None],
    ],
    {1: "NEVER_ASKED", 2: "UNKNOWN_CODE"}, _asked, _answered, {"比对结果": "answer"},
)  # fmt: skip

_COMPULSORY = Dirty(
    "强制隔离戒毒人员核查结果",
    [["序号", "姓名", "身份证号", "是否强戒", "决定日期", "期满日期", "戒毒所名称"]],
    [
        [1, "张　大", apart(adult(2)), "强戒中", date(2025, 5, 6), "2031年5月5日", "某某戒毒所"],
        [2, "王五", adult(3), "否", None, None, None],
        [3, "赵六", adult(5), Formula("NA()"), None, None, None],
    ],
    {2: "ERROR_VALUE"}, lambda: parent(2, "MOTHER"), finds_of_parent("M08"),
    {"是否强戒": "answer"},
)  # fmt: skip
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

KINDS: dict[str, Dirty] = {
    "register": _REGISTER,
    "disability_certificates": _CERTIFICATES,
    "two_subsidy_roll": _TWO_SUBSIDIES,
    "low_income": _LOW_INCOME,
    "deaths": _DEATHS,
    "household_registration": _HOUSEHOLD,
    "school_roll": _SCHOOL_ROLL,
    "attendance": _ATTENDANCE,
    "admissions": _ADMISSIONS,
    "severe_illness": _ILLNESS,
    "prison_results": _PRISON,
    "rehabilitation_results": _COMPULSORY,
    "rehabilitation_sessions": _SESSIONS,
    "rehabilitation_claims": _CLAIMS,
}
