"""Headings as counties write them: whose a column is, and what the file calls it."""

import pytest

from exchange.reading.header import find_header
from exchange.reading.headings import Headings
from exchange.rules.default_layouts import FEEDS


def read(kind, *lines, merged=()):
    """Key → as the file calls it, and the index of the header's first line."""
    (feed,) = (feed for feed in FEEDS if feed.kind == kind)
    known = Headings.of((h, c.key) for c in feed.columns for h in (*c.headings, c.key))
    header = find_header([list(line) for line in lines], merged, known)
    return {header.columns[column]: column for column in header.columns}, header


def test_a_title_above_is_no_part_of_the_headings():
    columns, header = read(
        "register",
        ["某县困境儿童台账", None, None],
        ["填报单位：某镇", None, "填报日期：2026年3月"],
        ["姓名", "身份证号", "村"],
    )
    assert columns == {"name": 0, "id_number": 1, "village": 2}
    assert header.written == {"name": "姓名", "id_number": "身份证号", "village": "村"}


@pytest.mark.parametrize("home", ["现居住地", "家庭住址", "住址情况"])
def test_a_group_of_places_leaves_township_and_village_the_childs(home):
    columns, _ = read(
        "register",
        ["填报单位：某镇（盖章）", None, None, "填报日期：2026年3月", None],
        ["儿童信息", None, home, None, None],
        ["姓名", "身份证号", "乡镇（街道）", "村（居）", "组"],
        merged=[((1, 0), (1, 1)), ((1, 2), (1, 4))],
    )
    assert columns == {"name": 0, "id_number": 1, "township": 2, "village": 3}


def test_where_a_child_is_registered_is_not_where_it_lives():
    columns, _ = read(
        "register",
        ["姓名", "户口所在地", None, "居住地", None],
        [None, "乡镇", "村", "乡镇", "村"],
        merged=[((0, 1), (0, 2)), ((0, 3), (0, 4))],
    )
    assert columns == {
        "name": 0, "hukou__township": 1, "hukou__village": 2, "township": 3, "village": 4,
    }  # fmt: skip


GROUPED = {
    "监护人情况": "guardian", "监护人（实际照料人）信息": "guardian", "实际监护人": "guardian",
    "父亲": "father", "母亲情况": "mother",
}  # fmt: skip


@pytest.mark.parametrize(("group", "person"), GROUPED.items())
def test_a_persons_group_holds_that_persons_name_number_and_phone(group, person):
    columns, _ = read(
        "register",
        [group, None, None, "姓名", "身份证号", "村"],
        ["姓名", "身份证号码", "联系电话", None, None, None],
        merged=[((0, 0), (0, 2))],
    )
    assert columns == {
        f"{person}__name": 0, f"{person}__id_number": 1, f"{person}__phone": 2, "name": 3,
        "id_number": 4, "village": 5,
    }  # fmt: skip


def test_a_stranger_is_never_taken_for_the_child():
    columns, header = read(
        "register",
        ["姓名", "身份证号", "村", "经办人信息", None],
        [None, None, None, "姓名", "身份证号"],
        merged=[((0, 3), (0, 4))],
    )
    assert columns == {"name": 0, "id_number": 1, "village": 2}
    assert header.unknown == ["姓名", "身份证号"]


def test_kind_and_grade_below_disability_are_the_certificates():
    columns, _ = read(
        "register",
        ["姓名", "村", "残疾情况", None, None],
        [None, None, "类别", "等级", "证号"],
        merged=[((0, 2), (0, 4))],
    )
    assert columns == {
        "name": 0, "village": 1, "certificate__kind": 2, "certificate__grade": 3,
        "certificate__number": 4,
    }  # fmt: skip


def test_a_person_and_a_fact_in_one_heading_are_understood_together():
    columns, _ = read("prison_results", ["被查询人姓名", "被查询人身份证号码", "查询结果"])

    assert columns == {"name": 0, "id_number": 1, "answer": 2}


# Header rows as counties send them, each column with the fact that it is.
OF_COUNTIES = {
    "register": "姓名:name 身份证件号码:id_number 实际居住地址:address 家庭类别:economic"
    " 困境儿童分类:categories 批准时间:category__since 实际监护人:guardian__name"
    " 与实际监护人关系:guardian__relation 家长联系方式:guardian__phone 生父姓名:father__name"
    " 残疾证号:certificate__number 残疾类别:certificate__kind 级别:certificate__grade"
    " 现就读学校:school 年级班级:school_grade",
    "disability_certificates": "姓名:name 公民身份号码:id_number 残疾人证编号:certificate__number"
    " 残疾类别:certificate__kind 级别:certificate__grade 批残日期:certificate__issued_on"
    " 到期时间:certificate__expires_on 残疾人证状态:certificate__status 村名:village",
    "two_subsidy_roll": "享受人姓名:name 享受人身份证号:id_number 残疾证号:certificate__number"
    " 级别:certificate__grade 补助项目:subsidy 实发金额:amount 补助月份:month",
    "low_income": "低保编号:household 户主名称:head__name 共同生活家庭成员姓名:name"
    " 与户主的关系:relation 低收入人口类型:economic 纳入监测时间:since 停保日期:until",
    "deaths": "亡者姓名:name 亡者身份证号:id_number 亡故日期:died_on 遗体火化日期:cremated_on"
    " 生前住址:address",
    "household_registration": "姓名:name 公民身份号码:id_number 与户主的关系:relation"
    " 户口类别:hukou_nature 变更类型:event 变更日期:event_on 户籍详细地址:address",
    "school_roll": "学籍编号:roll_number 姓名:name 出生年月:birth_date 就读学校:school"
    " 所在年级:school_grade 班级名称:class_name",
    "attendance": "姓名:name 学校全称:school 班级名称:class_name 旷课开始日期:absent_from"
    " 连续旷课天数:days 请假事由:reason",
    "admissions": "考生姓名:name 考生身份证号:id_number 录取高校:school 毕业高中:from_school",
    "severe_illness": "病人姓名:name 病人身份证号:id_number 所患疾病:illness 就医机构:hospital"
    " 确诊时间:diagnosed_on",
    "prison_results": "服刑人员姓名:name 服刑人员身份证号:id_number 入狱时间:since 出狱时间:until"
    " 服刑监狱:place",
    "rehabilitation_results": "戒毒人员姓名:name 戒毒人员身份证号:id_number 强戒起始日期:since"
    " 解除时间:until 所在戒毒所:place",
}


@pytest.mark.parametrize("kind", OF_COUNTIES)
def test_headings_as_counties_write_them_are_known(kind):
    wanted = [pair.split(":") for pair in OF_COUNTIES[kind].split()]

    columns, header = read(kind, [written for written, _key in wanted])

    assert columns == {key: place for place, (_written, key) in enumerate(wanted)}
    assert header.unknown == []


def test_what_may_mean_two_things_is_left_to_a_person():
    _columns, header = read(
        "disability_certificates", ["姓名", "残疾证号", "户籍地址", "状态", "级别", "有效期限"]
    )
    assert header.unknown == ["户籍地址", "状态", "有效期限"]
