"""What offices leave in their lists beside numbers, names and dates: read, or refused in words."""

from datetime import date

import pytest
from django.utils import translation

from children.models import CategorySpell, Child, DisabilityCertificate
from children.rules.identifiers import parse_resident_id
from exchange.models import LayoutColumn, ListRow
from exchange.models.pair_sides import facts_of
from exchange.reading.problems import CellProblem
from exchange.rules.said_twice import ASKED_STATUS
from exchange.words import CELLS
from tests.exchange import lists
from tests.exchange.lists import number
from tests.exchange.reading import writing
from tests.factories import ChildFactory

from .test_import_list import run

pytestmark = pytest.mark.django_db
A, B, C, D, E = map(number, (1, 3, 5, 7, 9))


@pytest.fixture(autouse=True)
def _places():
    lists.county()


def said(report):
    return {(wrong["row"], wrong["code"]): wrong["message"] for wrong in report["errors"]}


def test_low_income_is_read_from_columns_of_yes_and_no(tmp_path):
    content = [
        ["户主姓名", "姓名", "身份证号", "救助类别", "是否低保", "是否监测户"],
        ["张大", "张三", A, None, "是", "√"],
        ["张大", "李四", B, None, "否", "×"],
        ["张大", "王五", C, None, None, "１-是"],
        ["张大", "赵六", D, None, "空", "农村低保户"],
        ["张大", "钱七", E, "低保", "否", None],
        ["张大", "孙八", number(11), "低保", "也许", None],
        ["张大", "周九", number(13), "监测户", "是", None],
    ]

    report = run(tmp_path, content, "--commit", kind="low_income")[1]

    assert set(said(report)) == {(6, "ECONOMIC_DIFFERS"), (7, "YES_OR_NO")}
    rows = ListRow.objects.order_by("row")
    assert [row.marks["economic"] for row in rows] == [
        "DIBAO", "ORDINARY", "POVERTY_MONITORED", "DIBAO", "POVERTY_MONITORED",
    ]  # fmt: skip
    asked = LayoutColumn.objects.filter(key__in=ASKED_STATUS, layout__feed__kind="low_income")
    assert {(row.kind, row.history.count()) for row in asked} == {("YES_NO", 1)}
    assert asked.count() == len(ASKED_STATUS)


def test_money_below_nothing_is_refused_in_words_and_money_in_words_is_read(tmp_path):
    head = ["姓名", "身份证号", "补贴类型", "补贴金额", "发放月份"]
    written = [
        "1,234.50元",
        "人民币￥１２０元整",
        -120,
        "－120.00",
        "（120）",
        "8（元）",
        "8元/人",
    ]
    numbers = [A, B, C, D, E, number(11), number(13)]
    content = [head] + [
        ["张三", who, "护理补贴", money, "2026-01"]
        for who, money in zip(numbers, written, strict=True)
    ]

    with translation.override("zh-hans"):
        report = run(tmp_path, content, "--commit", kind="two_subsidy_roll")[1]

    assert set(said(report)) == {(4, "NEGATIVE"), (5, "NEGATIVE"), (6, "NEGATIVE")}
    assert "负数" in said(report)[4, "NEGATIVE"]
    taken = [row.marks["amount"] for row in ListRow.objects.order_by("row")]
    assert taken == [1234.5, 120.0, 8.0, 8.0]


def test_a_day_that_is_not_told_whole_says_what_it_lacks(tmp_path):
    days = ["3月2日", "2019.2.30", "2019年", "2019年2月28日"]
    content = [["姓名", "身份证号", "死亡日期"]] + [
        ["张三", who, day] for who, day in zip([A, B, C, D], days, strict=True)
    ]

    with translation.override("zh-hans"):
        report = run(tmp_path, content, kind="deaths")[1]

    told = said(report)
    assert "年份" in told[2, "DATE_NO_YEAR"]
    assert "不存在" in told[3, "DATE_IMPOSSIBLE"]
    assert "哪一天" in told[4, "DATE_INCOMPLETE"]
    assert len(told) == 3


def test_notes_below_the_total_are_no_rows_and_a_repeated_column_is_left_out(tmp_path):
    content = [
        ["某县死亡人员名单"],
        ["序号", "姓名", "身份证号", "姓名", "死亡日期"],
        [1, "张三", f"{A[:6]} {A[6:14]}\n{A[14:]}", "错", date(2026, 1, 5)],
        ["合计", None, 1, None, None],
        ["注：以上数据截至2026年1月底"],
        [None, "联系电话", "13800001111", None, None],
        ["联系人", "王五", None, None, "2026年2月1日"],
    ]

    status, report = run(tmp_path, content, "--commit", kind="deaths")

    assert (status, report["rows"], report["errors"]) == (0, 1, [])
    assert ListRow.objects.get().marks["died_on"] == "2026-01-05"


def test_cells_merged_in_the_body_and_data_on_the_second_sheet(tmp_path):
    head = ["户主姓名", "户编号", "姓名", "身份证号", "是否低保"]
    rows = [head, ["张大", "甲1", "张三", A, "是"], [None, None, "李四", B, None]]
    path = writing.xlsx(
        tmp_path / "a.xlsx", [["填表说明"], ["请如实填写"]],
        more_sheets=[("名单", "visible", rows)], more_merged={"名单": ["A2:A3", "B2:B3", "E2:E3"]},
    )  # fmt: skip

    report = run(tmp_path, path, "--commit", kind="low_income")[1]

    assert (report["rows"], report["errors"]) == (2, [])
    assert [row.marks["economic"] for row in ListRow.objects.all()] == ["DIBAO", "DIBAO"]


def test_a_row_with_an_error_of_a_formula_stays_out_and_rows_of_nothing_else_are_none(tmp_path):
    content = [
        ["姓名", "身份证号", "死亡日期", "死亡原因"],
        ["张三", A, "2026-01-05", "#N/A"],
        [None, "#REF!", "#N/A", "#N/A"],
    ]

    report = run(tmp_path, writing.ods(tmp_path / "a.ods", content), kind="deaths")[1]

    assert (report["rows"], list(said(report))) == (1, [(2, "ERROR_VALUE")])


@pytest.mark.parametrize(
    ("heading", "wrong"), [("低保类别", set()), ("救助类别", {(2, "AID_CLASS")})]
)
def test_a_class_alone_is_one_of_low_income_where_the_heading_says_so(tmp_path, heading, wrong):
    rows = [["户主姓名", "姓名", "身份证号", heading], ["张大", "张三", A, "A类"]]

    report = run(tmp_path, rows, "--commit", kind="low_income")[1]

    assert set(said(report)) == wrong
    assert [row.marks["economic"] for row in ListRow.objects.all()] == ["DIBAO"] * (not wrong)


def test_a_grade_is_read_with_the_school_of_its_row_and_nothing_as_above(tmp_path):
    head = ["姓名", "身份证号", "学校", "年级", "缺勤开始日期", "缺勤原因", "现住址", "备注"]
    rows = [
        ["张三", A, "中心小学", "三(2)班", "2026-03-02", "同上", "大源村1号", "同上"],
        ["李四", B, "某中学", "三(2)班", "2026-03-02", "病", "大源村1号", None],
        ["王五", C, "同上", "2024级", "2026-03-02", "同上", "〃", None],
    ]

    report = run(tmp_path, [head, *rows], "--commit", kind="attendance")[1]

    assert set(said(report)) == {
        (3, "GRADE_STAGE"), (4, "ENTRY_YEAR"), (4, "AS_ABOVE"),
    }  # fmt: skip
    assert len(report["errors"]) == 4
    with translation.override("zh-hans"):
        assert "小学三年级" in str(CELLS[CellProblem.GRADE_STAGE])
    assert ListRow.objects.get().marks["school_grade"] == "P3"


def test_a_group_of_categories_is_the_one_that_the_row_leaves_no_doubt_about(tmp_path):
    head = ["姓名", "身份证号", "村", "困境类型", "家庭经济状况", "残疾证号"]
    rows = [
        ["张三", A, "大源村", "重病重残儿童", None, A + "41"],
        ["李四", B, "大源村", "重病重残儿童", None, B + "43"],  # of limbs, third grade
        ["王五", C, "大源村", "生活困难家庭儿童", "低保边缘", None],
        ["赵六", D, "大源村", "生活困难家庭儿童", "一般", None],
        ["钱七", E, "大源村", "孤儿、困难家庭儿童", "低保", None],
    ]

    report = run(tmp_path, [head, *rows], "--commit", kind="register")[1]

    assert set(said(report)) == {(row, "CATEGORY_GROUP") for row in (3, 5, 6)}
    told = CategorySpell.objects.values_list("child__name", "category")
    assert set(told) == {("张三", "SEV_DISABLED"), ("王五", "LOWINC_EDGE")}


@pytest.mark.parametrize(
    ("kind", "heading", "written"),
    [
        ("disability_certificates", "残疾证号", "{}52"),
        ("attendance", "学籍号", "G{}"),
    ],
)
def test_a_number_that_holds_the_id_number_tells_who_is_meant(tmp_path, kind, heading, written):
    """Many a list of the federation or a school has no other."""
    child = ChildFactory(name="张三", id_number=A)
    head = ["姓名", heading, "缺勤开始日期"]
    rows = [["张三", written.format(A), "2026-03-02"], ["李四", written.format(B), "2026-03-02"]]

    report = run(tmp_path, [head, *rows], "--commit", kind=kind)[1]

    assert report["errors"] == []
    assert [(one["decision"], one["case_number"]) for one in report["matches"]] == [
        ("automatic", child.case_number), ("new", None),
    ]  # fmt: skip
    assert list(ListRow.objects.order_by("row").values_list("birth_date", flat=True)) == [
        parse_resident_id(A).birth_date, parse_resident_id(B).birth_date,
    ]  # fmt: skip


def test_it_tells_nothing_beside_another_birth_date_and_in_a_register(tmp_path):
    head = ["姓名", "性别", "出生日期", "残疾证号", "村"]
    row = ["张三", "男", "2015-03-09", A + "52", "大源村"]

    _, beside = run(tmp_path, [head, row], kind="disability_certificates")
    _, register = run(tmp_path, [head, row], "--commit", kind="register")

    assert beside["errors"] == register["errors"] == []
    assert Child.objects.get().id_number == ""


LIST = ["序号", "姓名", "性别", "身份证号", "类型"]


def listed_below(sequence, *more):
    return [sequence, "赵小一", "男", number(2 * sequence + 1), "孤儿", *more]


def test_rows_are_of_the_place_that_stands_alone_above_them_or_on_the_tab(tmp_path):
    path = writing.xlsx(
        tmp_path / "list.xlsx",
        [
            LIST, ["一、大源村（2人）"], listed_below(1), listed_below(2), ["小计", "2人"],
            listed_below(3), [None, "大源村", "1人"], listed_below(4), ["散居孤儿"],
            listed_below(5),
        ],
        merged=["A2:E2"], more_sheets=[("大源村", "visible", [LIST, listed_below(6)])],
    )  # fmt: skip

    _status, report = run(tmp_path, path)

    assert (report["accepted"], report["rejected"]) == (4, 2)
    wrong = [(e["sheet"], e["row"], e["code"]) for e in report["errors"]]
    assert wrong == [("Sheet", 6, "REQUIRED"), ("Sheet", 10, "REQUIRED")], (
        "after a total or another heading nobody knows whose the rows are"
    )


def test_a_place_of_the_first_row_alone_is_not_carried_down_and_the_words_say_how_to_mend(tmp_path):
    head = [*LIST, "村"]
    rows = [head, listed_below(1, "大源村"), listed_below(2, None), listed_below(3, "大源村")]

    _status, report = run(tmp_path, rows)

    (wrong,) = report["errors"]
    assert (wrong["row"], wrong["code"]) == (3, "AREA_ONCE")
    assert wrong["message"] == f"村: {CELLS[CellProblem.AREA_ONCE]}" or "合并" in wrong["message"]


def test_a_heading_over_months_is_none_of_them(tmp_path):
    rows = [
        ["姓名", "身份证号", "村", "发放金额", None, None],
        [None, None, None, "1月", "2月", "3月"],
        ["赵小一", number(3), "大源村", 125, 135, 145],
    ]  # fmt: skip
    path = writing.xlsx(tmp_path / "list.xlsx", rows, merged=["D1:F1"])

    _status, report = run(tmp_path, path, "--commit", kind="two_subsidy_roll")

    assert (report["rows"], report["accepted"]) == (1, 1)
    assert "amount" not in ListRow.objects.get().marks


def test_amounts_below_a_group_are_each_of_its_own_subsidy(tmp_path):
    rows = [
        ["姓名", "身份证号", "村", "补贴金额（元）", None, None],
        [None, None, None, "生活补贴", "护理补贴", "小计"],
        ["赵小一", number(3), "大源村", 100, 125, 225],
    ]  # fmt: skip
    path = writing.xlsx(tmp_path / "list.xlsx", rows, merged=["D1:F1"])

    run(tmp_path, path, "--commit", kind="two_subsidy_roll")

    facts = facts_of(ListRow.objects.get())
    assert (float(facts["living_amount"]), float(facts["nursing_amount"])) == (100, 125)


@pytest.mark.parametrize(
    ("cell", "told"),
    [("肢体一级", True), ("肢体（一级）", True), ("肢体残疾/1级", True), ("肢体二级", False),
     ("视力一级", False), ("肢体一级、智力二级", False)],
)  # fmt: skip
def test_kind_and_grade_in_one_cell_are_both_told_and_agree_with_the_number(tmp_path, cell, told):
    rows = [
        ["姓名", "残疾证号", "残疾类别及等级", "村"],
        ["赵小一", number(3) + "41", cell, "大源村"],
    ]

    _status, report = run(tmp_path, rows, kind="disability_certificates")

    assert report["accepted"] == told


def test_an_id_number_tells_the_birth_date_of_a_school_roll(tmp_path):
    rows = [["姓名", "身份证号", "学籍号", "年级", "学校名称"],
            ["赵小一", number(3), f"G{number(3)}", "三年级", "中心小学"]]  # fmt: skip

    _status, report = run(tmp_path, rows, kind="school_roll")

    assert (report["rows"], [e["code"] for e in report["errors"]]) == (1, [])


def test_a_second_table_of_a_sheet_is_read_by_its_own_header(tmp_path):
    rows = [
        ["一、残疾儿童"], ["姓名", "监护人", "身份证号", "村"],
        ["赵小一", "赵大", number(3), "大源村"], ["姓 名", "监护人", "身份证号", "村"],
        ["钱小二", "钱大", number(5), "大源村"], ["二、孤儿"],
        ["监护人姓名", "儿童姓名", "身份证号码", "村", "残疾证号"],
        ["孙大", "孙小三", number(7), "大源村", f"{number(7)}41"], ["合计", "3人"],
    ]  # fmt: skip

    _status, report = run(tmp_path, rows, "--commit")

    assert (report["rows"], report["accepted"]) == (3, 3)
    assert sorted(Child.objects.values_list("name", "guardianships__guardian__name")) == [
        ("孙小三", "孙大"), ("赵小一", "赵大"), ("钱小二", "钱大"),
    ]  # fmt: skip
    assert DisabilityCertificate.objects.get().child.name == "孙小三"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["户主姓名", "家庭成员一", None, "家庭成员二", None, "救助类别", "村"],
          [None, "姓名", "身份证号", "姓名", "身份证号", None, None],
          ["赵大", "赵小一", A, "赵小二", B, "低保", "大源村"]], "SEVERAL_IN_A_ROW"),
        ([["困境儿童登记表"], ["姓名", "赵小一", "性别", "男", "出生日期", "2015-03-07"],
          ["身份证号", A, None, "民族", "汉族"], ["家庭住址", "千岛湖镇大源村"],
          ["监护人姓名", "赵大", "监护人身份证号", None]], "FORM"),
    ],
    ids=["members beside each other", "form"],
)  # fmt: skip
def test_what_is_no_list_of_a_row_for_each_is_refused_whole(tmp_path, rows, code):
    path = writing.xlsx(
        tmp_path / "list.xlsx", rows, merged=["B1:C1", "D1:E1"] if code != "FORM" else []
    )

    status, report = run(tmp_path, path, kind="low_income" if code != "FORM" else "register")

    assert (status, [wrong["code"] for wrong in report["errors"]]) == (2, [code])


def test_a_list_that_begins_with_a_status_is_no_form(tmp_path):
    rows = [["救助类别", "户主", "姓名", "身份证号", "村"],
            *([word, "赵大", "赵小一", number(n), "大源村"]
              for n, word in ((3, "低保户"), (5, "特困"), (7, "低保"), (9, "低保户")))]  # fmt: skip

    _status, report = run(tmp_path, rows, kind="low_income")

    assert (report["rows"], report["accepted"]) == (4, 4)


@pytest.mark.parametrize("is_below", [False, True])
def test_a_month_of_ticks_is_no_list_of_absences_and_the_words_say_what_is(tmp_path, is_below):
    days = list(range(1, 32))
    head = ["序号", "姓名", "身份证号", *(["考勤", *[None] * 30] if is_below else days)]
    rows = [["2026年10月考勤表"], head, *([[None] * 3 + days] if is_below else [])]
    rows += [[1, "张三", A, *["√"] * 20, "病", "旷"], ["√出勤 病=病假"]]
    path = writing.xlsx(tmp_path / "a.xlsx", rows, merged=["D2:AH2"] if is_below else [])

    status, report = run(tmp_path, path, "--commit", kind="attendance")

    assert (status, report["errors"][0]["code"]) == (2, "DAYS_ACROSS")


def test_a_formula_without_its_result_is_told_with_the_way_on(tmp_path):
    head = ["姓名", "身份证号", "死亡日期"]
    book = writing.formulas(tmp_path / "a.xlsx", [head, ["张三", A, "=TODAY()-3"]])

    with translation.override("zh-hans"):
        report = run(tmp_path, book, kind="deaths")[1]

    ((place, message),) = said(report).items()
    assert place == (2, "NOT_CALCULATED")
    assert message.startswith("死亡日期：是公式")
    assert "保存" in message
