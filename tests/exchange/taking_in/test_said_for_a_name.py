"""What stands in the cell of a guardian's or parent's name and is no name, or stands beside one."""

import pytest

from children.models import Child
from exchange.models import ListRow
from tests.exchange import lists
from tests.exchange.lists import adult, number

from .test_import_list import codes, run

pytestmark = pytest.mark.django_db
NAMES = "甲乙丙丁戊己庚辛壬癸子丑"
REGISTER = ["姓名", "身份证号", "村", "监护人姓名", "与儿童关系", "父亲姓名", "母亲姓名"]


@pytest.fixture(autouse=True)
def _places():
    lists.county()


def taken(tmp_path, *rows):
    """(code of what is wrong or "", guardians as (name, relation, kind), states) of each row."""
    content = [
        [f"张{NAMES[n]}", number(2 * n + 1), "大源村", *(row + (None,) * 4)[:4]]
        for n, row in enumerate(rows)
    ]
    report = run(tmp_path, [REGISTER, *content], "--commit")[1]
    wrong = {row: code for row, _, code in codes(report)}
    assert len(wrong) == len(report["errors"])
    found = []
    for line, (name, *_rest) in enumerate(content, 2):
        child = Child.objects.get(name=name) if line not in wrong else None
        cares = child.guardianships.order_by("-is_main_carer", "pk") if child else ()
        found.append((
            wrong.get(line, ""),
            [(one.guardian.name, one.relation, one.kind) for one in cares],
            {one.parent: one.status for one in child.parent_statuses.all()} if child else {},
        ))  # fmt: skip
    return found


def test_a_relation_is_nobodys_name_and_nobody_is_nobody(tmp_path):
    rows = [
        ("爷爷奶奶",), ("祖父母", "祖父母"), ("外公、外婆",), ("父母",), ("本人",),
        ("无",), ("无监护人",), (None,),
    ]  # fmt: skip

    found = taken(tmp_path, *rows)

    assert found == [("NAME_RELATION", [], {})] * 5 + [("", [], {})] * 3


def test_an_institution_named_in_full_is_guardian_in_its_own_way(tmp_path):
    rows = [
        ("淳安县儿童福利院",), ("淳安县民政局",), ("大源村村民委员会代管",),
        ("大源村村委会", "其他"),
        ("福利院",), ("村委会",), ("民政局",), ("县福利院",), ("村委会代管",),
    ]  # fmt: skip

    found = taken(tmp_path, *rows)

    assert [one[1] for one in found[:4]] == [
        [("淳安县儿童福利院", "INSTITUTION", "INSTITUTION")],
        [("淳安县民政局", "INSTITUTION", "LEGAL")],
        [("大源村村民委员会", "OTHER", "LEGAL")],
        [("大源村村委会", "OTHER", "LEGAL")],
    ]
    assert found[4:] == [("NAME_INSTITUTION", [], {})] * 5


def test_relation_and_state_beside_a_name_are_read_where_nothing_denies_them(tmp_path):
    rows = [
        ("张大（父亲）",), ("李老(爷爷)", "爷爷"), ("奶奶：王大娘",), ("爷爷张老三",),
        ("张大（父亲）", "母亲"), ("张大（2019年病故）",),
        (None, None, "张大（2019年病故）", "李四（失联）"), (None, None, "张大（父亲）", None),
        (None, None, "已故", "离家出走"), (None, None, "张大（已出狱）", None),
        (None, None, "爷爷", None),
    ]  # fmt: skip

    found = taken(tmp_path, *rows)

    assert [one[:2] for one in found[:4]] == [
        ("", [("张大", "FATHER", "PARENT")]),
        ("", [("李老", "GRANDFATHER_PATERNAL", "LEGAL")]),
        ("", [("王大娘", "GRANDMOTHER_PATERNAL", "LEGAL")]),
        ("", [("张老三", "GRANDFATHER_PATERNAL", "LEGAL")]),
    ]
    assert [one[0] for one in found[4:6]] == ["NAME_CHARACTER", "NAME_CHARACTER"]
    assert found[6][2] == found[8][2] == {"FATHER": "DEAD", "MOTHER": "LOST_CONTACT"}
    assert [name for name, _, _ in found[6][1]] == ["张大", "李四"]
    assert found[7][1:] == ([("张大", "FATHER", "PARENT")], {})
    assert found[8][1] == []
    assert [one[0] for one in found[9:]] == ["NAME_CHARACTER", "NAME_RELATION"]


def test_where_a_guardian_only_helps_to_find_the_child_the_word_costs_no_row(tmp_path):
    head = ["姓名", "残疾证号", "监护人姓名", "监护人电话"]
    rows = [["张三", number(1) + "52", "爷爷", "13800000001"],
            ["李四", number(3) + "52", "村委会", None]]  # fmt: skip

    report = run(tmp_path, [head, *rows], "--commit", kind="disability_certificates")[1]

    assert report["errors"] == []
    assert ListRow.objects.count() == 2


def test_who_signs_for_a_session_is_called_by_a_name(tmp_path):
    head = ["康复机构", "姓名", "身份证号", "康复日期", "家长签字"]
    rows = [["晨光", "张三", number(1), "2026-10-08", "奶奶"]]

    report = run(tmp_path, [head, *rows], kind="rehabilitation_sessions")[1]

    assert codes(report) == [(2, "家长签字", "NAME_RELATION")]


def test_a_wrong_certificate_number_is_one_mistake(tmp_path):
    head = ["姓名", "残疾证号", "性别"]
    rows = [["张三", number(1) + "5", None], ["李四", adult(1) + "5x", "男"]]

    report = run(tmp_path, [head, *rows], kind="disability_certificates")[1]

    assert [code for _, column, code in codes(report) if column != "残疾证号"] == []
    assert len(report["errors"]) == 2


@pytest.mark.parametrize("word", ["未录取", "无", "—", "待定", "落榜", "尚未被录取"])
def test_who_was_not_admitted_stands_in_no_list_of_admissions(tmp_path, word):
    head = ["姓名", "身份证号", "录取院校"]

    report = run(
        tmp_path, [head, ["张三", number(1), word], ["李四", number(3), "浙江大学"]],
        "--commit", kind="admissions",
    )[1]  # fmt: skip

    assert codes(report) == [(2, "录取院校", "NOT_ADMITTED")]
    assert ListRow.objects.count() == 1


def test_a_row_names_one_father_and_an_address_of_nothing_is_none(tmp_path):
    head = [*REGISTER, "现住址", "备注"]
    rows = [
        ["张三", number(1), "大源村", "李大", "父亲", "张大", None, "无", None],
        ["李四", number(3), "大源村", "李大", "父亲", "李 大", None, "/", "无"],
    ]  # fmt: skip

    report = run(tmp_path, [head, *rows], "--commit")[1]

    assert codes(report) == [(2, "与儿童关系", "PARENT_DIFFERS")]
    child = Child.objects.get()
    assert (child.name, child.address, child.notes) == ("李四", "", "")
    assert child.guardianships.count() == 1


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [("2026.3.2-3.5", "2026-03-02", "2026-03-05"), ("2026.3.2至今", "2026-03-02", None),
     ("2026.12.30-1.3", None, None), ("2026年3月2日-2199年1月1日", None, None)],
)  # fmt: skip
def test_an_absence_from_and_to_may_stand_in_one_cell(tmp_path, written, first, last):
    head = ["姓名", "身份证号", "缺勤日期"]

    report = run(tmp_path, [head, ["张三", number(1), written]], "--commit", kind="attendance")[1]

    marks = ListRow.objects.values_list("marks", flat=True)
    assert [(one.get("absent_from"), one.get("absent_to")) for one in marks] == (
        [(first, last)] if first else []
    )
    assert bool(report["errors"]) == (first is None)
