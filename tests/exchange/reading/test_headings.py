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
