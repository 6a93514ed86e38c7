# ruff: noqa: E501 -- rows of a sheet stand as they do there
"""Who is helped: certificates, both subsidies, low income, serious illness."""

from datetime import date

from children.models import Child
from tests.browser.office import Formula, Merged
from tests.exchange.lists import adult
from tests.factories import CategorySpellFactory

from .parts import A, B, C, D, Dirty, apart, finds, known, wide

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


KINDS = {
    "disability_certificates": _CERTIFICATES,
    "two_subsidy_roll": _TWO_SUBSIDIES,
    "low_income": _LOW_INCOME,
    "severe_illness": _ILLNESS,
}
