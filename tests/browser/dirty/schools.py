# ruff: noqa: E501 -- rows of a sheet stand as they do there
"""Who learns: school roll, attendance, admissions."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.browser.office import Merged
from tests.exchange.lists import adult

from .parts import A, B, C, Dirty, apart, finds, known, wide

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


KINDS = {
    "school_roll": _SCHOOL_ROLL,
    "attendance": _ATTENDANCE,
    "admissions": _ADMISSIONS,
}
