"""What stands once and holds for more than its own cell: titles, terms, merged cells of a child."""

import pytest

from children.models import Child
from exchange.models import ListRow, ProposedChange
from exchange.reading.data_lines import place_of_title
from exchange.rules.list_title import Titles, Where, told_by
from exchange.taking_in.import_list import places_within
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, adult, number
from tests.exchange.reading import writing
from tests.factories import ChildFactory, area

from .test_import_list import codes, run

pytestmark = pytest.mark.django_db
A, B, C = map(number, (1, 3, 5))


@pytest.fixture(autouse=True)
def _places():
    lists.county()


@pytest.fixture(params=["xlsx", "ods"])
def write(request, tmp_path):
    """Rows and cells that are merged downwards: (row, column, rows), counted from 0."""

    def written(rows, merged=()):
        path = tmp_path / f"list.{request.param}"
        if request.param == "ods":
            return writing.ods(path, rows, {(row, column): (n, 1) for row, column, n in merged})
        spans = [f"{chr(65 + c)}{r + 1}:{chr(65 + c)}{r + n}" for r, c, n in merged]
        return writing.xlsx(path, rows, merged=spans)

    return written


def marks(key):
    return [row.marks.get(key) for row in ListRow.objects.order_by("list_import", "row")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026年10月困难残疾人生活补贴发放表",
         {"month": "2026年10月", "subsidy": "困难残疾人生活补贴"}),
        ("二〇二六年十月份补贴发放花名册", {"month": "二〇二六年十月"}),
        ("补贴月份：2026年10月", {"month": "2026年10月"}),
        ("2026年10月", {}),  # when the paper was filled in, perhaps
        ("填报日期：2026年10月", {}),
        ("截至2026年10月在册名单", {}),
        ("2026年7-9月补贴发放表", {"month": ""}),
        ("2026年第三季度补贴发放表", {"month": ""}),
        ("2026年10月3日补贴发放表", {"month": ""}),
        ("困难残疾人生活补贴和重度残疾人护理补贴发放表", {"subsidy": ""}),
        ("三年级一班花名册", {"school_grade": "三年级", "class_name": "一班"}),
        ("大源小学三(2)班花名册", {"school_grade": "小学三年级", "class_name": "(2)班"}),
        ("九年一贯制学校学籍表", {}),
        ("三年级一班、二班花名册", {"school_grade": "", "class_name": ""}),
        ("2024级学生名单", {}),
    ],
)  # fmt: skip
def test_what_a_title_says(line, said):
    assert told_by(line) == said


def test_a_month_alone_is_one_as_the_name_of_a_sheet_and_ends_another_between_rows():
    assert told_by("2026年10月", Where.NAME) == {"month": "2026年10月"}
    assert told_by("2026年9月", Where.BELOW) == told_by("9月", Where.BELOW) == {"month": ""}
    assert told_by("李九月", Where.BELOW) == {}


def test_the_tab_of_a_month_may_agree_with_the_title_or_deny_it():
    lines = ["2026年9月补贴发放表"]

    assert Titles().above(lines, "9月") == Titles().above(lines, "Sheet1") == {"month": "2026年9月"}
    assert Titles().above(lines, "十月") == Titles().above(lines, "2026年10月") == {"month": ""}
    assert Titles().above([], "9月") == {}


def test_month_and_subsidy_of_a_title_are_those_of_its_rows(tmp_path, write):
    head = ["序号", "姓名", "身份证号", "金额（元）"]
    rows = [
        ["2026年9月困难残疾人生活补贴发放表"], ["填报单位：某镇", None, "2026年11月"], head,
        [1, "张三", A, 100], ["合计", None, None, 100],
        ["2026年10月困难残疾人生活补贴发放表"], head, [1, "张三", A, 110],
        ["2026年7-9月补贴发放表"], head, [1, "李四", B, 120],
    ]  # fmt: skip

    status, report = run(tmp_path, write(rows), "--commit", kind="two_subsidy_roll")

    assert (status, report["errors"]) == (0, [])
    assert marks("month") == ["2026-09-01", "2026-10-01", None]
    assert marks("subsidy") == ["LIVING", "LIVING", None]


def test_the_month_of_a_title_is_denied_by_another_and_goes_after_a_column(tmp_path, write):
    rows = [["2026年9月补贴发放表"], ["（2026年10月）"], ["姓名", "身份证号"], ["张三", A]]
    own = [["2026年9月补贴发放表"], ["姓名", "身份证号", "补贴月份"], ["张三", A, "2026-08"]]

    run(tmp_path, write(rows), "--commit", kind="two_subsidy_roll")
    run(tmp_path, write(own), "--commit", kind="two_subsidy_roll")

    assert marks("month") == [None, "2026-08-01"]


def test_grade_and_class_of_a_title_are_those_of_its_pupils(tmp_path, write):
    rows = [
        ["大源小学三(2)班缺勤名单"], ["姓名", "身份证号", "缺勤开始日期"],
        ["张三", A, "2026-03-02"],
        ["四年级一班"], ["李四", B, "2026-03-02"],
    ]  # fmt: skip

    report = run(tmp_path, write(rows), "--commit", kind="attendance")[1]

    assert report["errors"] == []
    assert marks("school_grade") == ["P3", "P4"]


def test_a_claim_whose_title_alone_says_the_month_is_no_wrong_layout(tmp_path, write):
    head = ["姓名", "身份证号", "康复机构", "训练次数", "结算金额"]
    rows = [head, ["张三", A, "晨光", 3, 300]]

    without = run(tmp_path, write(rows), kind="rehabilitation_claims")
    titled = run(tmp_path, write([["2026年10月康复训练结算申请表"], *rows]),
                 kind="rehabilitation_claims")  # fmt: skip

    assert (without[0], without[1]["errors"][0]["code"]) == (2, "WRONG_LAYOUT")
    assert codes(titled[1]) == [(3, "姓名", "CHILD_UNKNOWN")]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2023.5-2028.5", "2023-05-01", "2028-05-01"),
        ("自2023年5月1日起至2028年4月30日止", "2023-05-01", "2028-04-30"),
        ("2023/5/1～2028/4/30", "2023-05-01", "2028-04-30"),
        ("20230501\n20280430", "2023-05-01", "2028-04-30"),
    ],
)
def test_first_and_last_day_of_a_term_may_stand_in_one_cell(tmp_path, write, written, first, last):
    asked = ["姓名", "身份证号", "查询结果", "刑期起止"]
    rows = [asked, ["张大", adult(1), "是", written]]

    report = run(tmp_path, write(rows), "--commit", kind="prison_results")[1]

    assert report["errors"] == []
    assert (marks("since"), marks("until")) == ([first], [last])


def test_a_term_is_kept_with_its_row_and_must_not_be_denied_by_the_last_day(tmp_path, write):
    head = ["户主姓名", "姓名", "身份证号", "享受时间", "终止日期", "是否低保"]
    rows = [
        head, ["张大", "张三", A, "2023.5.1-2026.4.30", None, "是"],
        ["张大", "李四", B, "2023.5.1-2026.4.30", "2027-01-01", "是"],
        ["张大", "王五", C, "2026.4.30-2023.5.1", None, "是"],
    ]  # fmt: skip

    report = run(tmp_path, write(rows), "--commit", kind="low_income")[1]

    assert [(row, code) for row, _, code in codes(report)] == [
        (3, "DATE_SEVERAL"), (4, "DATES_IN_WRONG_ORDER"),
    ]  # fmt: skip
    assert (marks("since"), marks("until")) == (["2023-05-01"], ["2026-04-30"])


HEAD = ["姓名", "身份证号", "村", "监护人姓名", "与儿童关系", "监护人身份证号", "监护人电话"]


def test_a_second_line_of_a_childs_merged_cells_names_a_further_guardian(tmp_path, write):
    rows = [
        HEAD,
        ["张三", A, "大源村", "张大", "父亲", adult(1), "13800000001"],
        [None, None, None, "李大娘", "奶奶", adult(2), None],
        ["李四", B, "大源村", "李老", "爷爷", None, None],
        [None, None, None, "李老", "爷爷", None, None],
        ["王五", C, "大源村", "王大", "父亲", adult(3), None],
        [None, None, None, "王老", "爷爷", adult(3)[:-1], None],
    ]
    merged = [(top, column, 2) for top in (1, 3, 5) for column in (0, 1)]

    report = run(tmp_path, write(rows, merged), "--commit")[1]

    assert (report["rows"], report["accepted"]) == (5, 3)
    assert codes(report) == [
        (5, "身份证号", "DUPLICATE_IN_FILE"),
        (7, "监护人身份证号", "ID_LENGTH"),
    ]
    child = Child.objects.get(name="张三")
    cares = child.guardianships.order_by("-is_main_carer")
    assert [(one.guardian.name, one.relation, one.is_main_carer) for one in cares] == [
        ("张大", "FATHER", True), ("李大娘", "GRANDMOTHER_PATERNAL", False),
    ]  # fmt: skip
    assert cares[1].guardian.id_number == adult(2)


def test_a_further_guardian_of_a_child_on_file_is_proposed(tmp_path, write):
    child = ChildFactory(name="张三", birth_date=BORN, sex="MALE", id_number=A,
                         residence_area=area(EAST))  # fmt: skip
    rows = [
        HEAD, ["张三", A, "大源村", "张大", "父亲", adult(1), None],
        [None, None, None, "李大娘", "奶奶", adult(2), None],
    ]  # fmt: skip

    report = run(tmp_path, write(rows, [(1, 0, 2), (1, 1, 2), (1, 2, 2)]), "--commit")[1]

    assert (report["matched"], report["errors"]) == (1, [])
    proposed = ProposedChange.objects.filter(child=child, field="guardian")
    assert proposed.count() == 2


def test_a_guardian_alone_on_a_line_is_refused_with_what_to_write(tmp_path, write):
    rows = [
        HEAD, ["张三", A, "大源村", "张大", "父亲", adult(1), None],
        [None, None, None, "李大娘", "奶奶", adult(2), None],
    ]  # fmt: skip

    report = run(tmp_path, write(rows))[1]

    assert codes(report) == [(3, "姓名", "CHILD_ABOVE")]


@pytest.mark.parametrize(
    ("kind", "rows", "code"),
    [
        ("deaths", [["姓名", "身份证号", "死亡日期", "姓名", "身份证号", "死亡日期"],
                    ["张大", adult(1), "2026-01-05", "李大", adult(3), "2026-01-06"]],
         "SEVERAL_IN_A_ROW"),
        ("register", [["学生信息", None, None, "监护人一", None, None, "监护人二", None, None],
                      ["姓名", "身份证号", "村", *["姓名", "关系", "电话"] * 2],
                      ["张三", A, "大源村", "张大", "父亲", "13800000001", "李氏", "母亲",
                       "13800000002"]],
         "SEVERAL_IN_A_ROW"),
    ],
)  # fmt: skip
def test_people_beside_each_other_are_refused_not_mixed(tmp_path, write, kind, rows, code):
    status, report = run(tmp_path, write(rows), kind=kind)

    assert (status, report["errors"][0]["code"]) == (2, code)


def test_numbers_stand_right_of_whose_they_are_whoever_comes_first(tmp_path, write):
    rows = [
        ["户主姓名", "身份证号", "家庭成员姓名", "身份证号", "是否低保"],
        ["张大", adult(1), "张三", A, "是"], ["张大", adult(1), "李四", B, "是"],
    ]  # fmt: skip

    report = run(tmp_path, write(rows), kind="low_income")[1]

    assert (report["accepted"], report["new"], report["errors"]) == (2, 2, [])


def test_an_example_and_the_numbers_of_columns_are_no_rows(tmp_path, write):
    rows = [
        ["序号", "姓名", "身份证号", "困难残疾人生活补贴"], [1, 2, 3, 4],
        ["示例", "王小明", C, 100], [1, "张三", A, 120],
    ]  # fmt: skip

    report = run(tmp_path, write(rows), "--commit", kind="two_subsidy_roll")[1]

    assert (report["rows"], report["errors"]) == (1, [])
    assert marks("living_amount") == [120.0]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("2026年千岛湖镇大源村困境儿童台账", "千岛湖镇大源村"), ("大源村困境儿童花名册", "大源村"),
        ("淳安县千岛湖镇2026年度低保家庭成员名单", "淳安县千岛湖镇"),
        ("大源村小学困难学生名单", ""), ("大源村、西坡村困境儿童名单", ""), ("大源村", ""),
        ("填报单位：大源村民委员会", ""), ("大源村等3个村困境儿童名单", ""),
        ("某县困境儿童名单", ""),
    ],
)  # fmt: skip
def test_the_place_whose_people_a_title_names(line, place):
    assert place_of_title(line, places_within(lists.COUNTY).of_heading) == place


def test_rows_are_of_the_place_of_the_title_where_no_column_and_no_other_line_says_it(
    tmp_path, write
):
    head = ["姓名", "身份证号", "困境类型"]
    rows = [
        ["千岛湖镇大源村困境儿童台账"], head, ["张三", A, "孤儿"], ["合计", "1人"],
        ["李四", B, "孤儿"], ["淳安县千岛湖镇各村困境儿童台账"], ["王五", C, "孤儿"],
    ]  # fmt: skip
    own = [["大源村困境儿童台账"], [*head, "村"], ["赵六", number(7), "孤儿", None]]

    report = run(tmp_path, write(rows), "--commit")[1]
    other = run(tmp_path, write(own))[1]

    assert codes(report) == [(7, "村", "REQUIRED")]
    placed = Child.objects.values_list("name", "residence_area_id")
    assert set(placed) == {("张三", EAST), ("李四", EAST)}
    assert codes(other) == [(3, "村", "REQUIRED")]
