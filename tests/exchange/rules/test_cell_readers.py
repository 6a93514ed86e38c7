"""Cells as offices fill them, each kind of column by its reader."""

from datetime import date

import pytest

from exchange.reading.problems import BadCell, CellProblem
from exchange.rules.cell_readers import reader_of
from exchange.rules.code_tables import CODE_TABLES
from exchange.rules.columns import Column, Kind
from exchange.rules.half_told import grade_at

TODAY = date(2026, 11, 27)


def read(kind, cell, *, table="", headings=("某栏",)):
    column = Column("key", kind, headings, table=table)
    return reader_of(column, CODE_TABLES, TODAY, False)(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "13800000000（爷爷）", "爷爷13800000000", "父：13800000000", "13800000000 13900000000",
        "13800000000.0", 13800000000, "+86 138 0000 0000",
    ],
)  # fmt: skip
def test_a_telephone_is_found_beside_the_word_whose_it_is(cell):
    assert read(Kind.PHONE, cell) == "13800000000"


@pytest.mark.parametrize("cell", ["无电话", "没有", "空号", "停机", "暂无手机"])
def test_words_for_no_telephone_are_an_empty_cell(cell):
    assert read(Kind.PHONE, cell) == ""


@pytest.mark.parametrize("cell", ["同上", "1380000000", "爷爷2幢13800000000", "1.38E+10"])
def test_what_is_no_telephone_is_refused(cell):
    with pytest.raises(BadCell) as refused:
        read(Kind.PHONE, cell)
    assert refused.value.problem is CellProblem.PHONE


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("12.3万元", 123000), ("1.2345万", 12345), ("650/月", 650), ("每月650元", 650),
        ("650元/户", 650),
        ("三天", 3), ("半天", 0.5), ("十二天", 12), ("连续3天", 3), ("5个工作日", 5),
        ("3日", 3), ("650.", 650),
    ],
)  # fmt: skip
def test_numbers_with_their_units_are_read(cell, found):
    assert read(Kind.NUMBER, cell) == found


@pytest.mark.parametrize("cell", ["650*2", "约500", "12万余元", "一周", "10天以上", "停发"])
def test_what_is_no_one_number_is_refused(cell):
    with pytest.raises(BadCell):
        read(Kind.NUMBER, cell)


@pytest.mark.parametrize(
    "kind",
    [Kind.ID_NUMBER, Kind.ANY_ID_NUMBER, Kind.CERTIFICATE, Kind.ROLL_NUMBER, Kind.SCHOOL_CODE],
)
@pytest.mark.parametrize(
    "cell", ["无", "/", "办理中", "正在办理", "未办理", "暂无身份证", "无学籍"]
)
def test_words_for_no_number_are_an_empty_cell(kind, cell):
    assert not read(kind, cell)


@pytest.mark.parametrize("cell", ["张三（本人）", "张三(户主)", "张 三 （女）"])
def test_what_is_said_of_somebody_behind_the_name_is_no_part_of_it(cell):
    assert read(Kind.NAME, cell) == "张三"


@pytest.mark.parametrize("cell", ["张三（曾用名李四）", "张三（已故）", "张三1"])
def test_a_name_that_may_be_another_is_refused(cell):
    with pytest.raises(BadCell):
        read(Kind.NAME, cell)


@pytest.mark.parametrize(
    "cell",
    [
        "张三、李四",
        "张三\n李小四",
        "张三 李四",
        "张三/李四、王五",
        "张三\u3000李四",
        "小明 小红",
        "张三李四 王五",
        "阿卜杜拉、买买提",
    ],
)
def test_several_people_in_one_cell_are_told_so_and_never_become_one(cell):
    with pytest.raises(BadCell) as caught:
        read(Kind.NAME, cell)

    assert caught.value.problem == CellProblem.NAME_SEVERAL


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("欧阳 明明", "欧阳明明"), ("欧阳\n娜", "欧阳娜"), ("张 三", "张三"),
        ("张\n三丰", "张三丰"), ("买买提·艾力", "买买提·艾力"),
        ("阿卜杜拉 买买提", "阿卜杜拉·买买提"), ("古丽娜尔\u3000玉山", "古丽娜尔·玉山"),
    ],
)  # fmt: skip
def test_one_name_with_a_space_in_it_is_one(cell, name):
    assert read(Kind.NAME, cell) == name


@pytest.mark.parametrize("cell", ["身份证：99010120150307002X", "ID: 99010120150307002x"])
def test_words_for_the_number_before_it_are_no_part_of_it(cell):
    assert read(Kind.ID_NUMBER, cell).number == "99010120150307002X"
    assert read(Kind.ANY_ID_NUMBER, cell) == "99010120150307002X"


def test_whose_a_number_is_is_never_overlooked():
    with pytest.raises(BadCell):
        read(Kind.ID_NUMBER, "99010120150307002X(母亲)")


@pytest.mark.parametrize(
    "cell", ["生活补贴、护理补贴", "困难残疾人生活补贴，重度残疾人护理补贴", "护理+生活"]
)
def test_one_subsidy_and_the_other_are_both(cell):
    assert read(Kind.CODE, cell, table="subsidy") == "BOTH"


def test_a_subsidy_beside_one_that_nobody_knows_is_refused():
    with pytest.raises(BadCell):
        read(Kind.CODE, "生活补贴、护工补贴", table="subsidy")


@pytest.mark.parametrize("kind", [Kind.ID_NUMBER])
@pytest.mark.parametrize("between", ["、", "\n", "/", ""])
def test_several_numbers_in_one_cell_are_told_so(kind, between):
    with pytest.raises(BadCell) as caught:
        read(kind, between.join(["99010120150307002X", "990101201503070047"]))

    assert caught.value.problem == CellProblem.ID_SEVERAL


@pytest.mark.parametrize(
    ("cell", "grade"),
    [("三年级2班", "P3"), ("高三(12)班", "S3"), ("七年级（11）班", "J1"),
     ("一年级十一班", "P1"), ("初一", "J1"),
     ("11", "P1"), ("小学三", "P3"), ("高一年级（3）班", "S1")],
)  # fmt: skip
def test_a_grade_is_read_with_its_class(cell, grade):
    assert read(Kind.CODE, cell, table="grade_of_school") == grade


@pytest.mark.parametrize("cell", ["301班", "大一班", "7"])
def test_a_class_of_no_certain_grade_is_refused(cell):
    with pytest.raises(BadCell):
        read(Kind.CODE, cell, table="grade_of_school")


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("孤儿", True), ("非孤儿", False), ("是的", True), ("否", False), ("", None)],
)
def test_yes_may_be_what_the_heading_asks_about(cell, answer):
    assert read(Kind.YES_NO, cell, headings=("是否孤儿", "孤儿")) is answer


@pytest.mark.parametrize(
    ("table", "cell", "code"),
    [
        ("parent_status", "2019年去世", "DEAD"), ("parent_status", "2019.5.3病逝", "DEAD"),
        ("parent_status", "2021年3月离家出走", "LOST_CONTACT"),
        ("parent_status", "精神残疾二级", "SEVERE_DISABILITY"),
        ("household_relation", "大儿子", "CHILD"), ("household_relation", "重孙女", "GRANDCHILD"),
        ("economic", "农村低保A类", "DIBAO"), ("death_kind", "车祸", "DEATH"),
        ("hukou_event", "省内迁出", "OUT"), ("left_behind", "是", "9"),
        ("left_behind", "是（双亲）", "2"),
        ("absence", "因病请假", "SICK"), ("query_answer", "查无记录", "NO"),
    ],
)  # fmt: skip
def test_words_of_counties_are_understood(table, cell, code):
    assert read(Kind.CODE, cell, table=table) == code


@pytest.mark.parametrize(
    ("table", "cell", "code"),
    [
        ("economic", "脱贫户/监测户", "POVERTY_MONITORED"),
        ("economic", "脱贫不稳定户（风险未消除）", "POVERTY_MONITORED"),
        ("economic", "脱贫户（低保）", "DIBAO"), ("economic", "一般户（原低保）", "ORDINARY"),
        ("parent_status", "健在（已出狱）", "NONE"), ("parent_status", "死亡（出狱后）", "DEAD"),
        ("parent_status", "服刑（浙江某监狱）", "IMPRISONED"),
        ("query_answer", "提前解除（社区康复）", "RELEASED"), ("query_answer", "假释", "RELEASED"),
        ("grade_of_school", "七(2)班", "J1"), ("grade_of_school", "九", "J3"),
    ],
)  # fmt: skip
def test_what_leaves_no_doubt_is_understood(table, cell, code):
    assert read(Kind.CODE, cell, table=table) == code


@pytest.mark.parametrize(
    ("table", "cell", "problem"),
    [
        ("economic", "脱贫户", "LEFT_POVERTY"), ("economic", "建档立卡贫困户", "LEFT_POVERTY"),
        ("economic", "脱贫不稳定户（风险已消除）", "STATE_OVER"),
        ("economic", "低保(已退出)", "STATE_OVER"), ("economic", "原低保户", "STATE_OVER"),
        ("economic", "A类", "AID_CLASS"), ("economic", "二类", "AID_CLASS"),
        ("category", "重病重残儿童", "CATEGORY_GROUP"), ("category", "自身困境", "CATEGORY_GROUP"),
        ("category", "家庭生活困难儿童", "CATEGORY_GROUP"), ("category", "困境", "UNKNOWN_CODE"),
        ("parent_status", "缓刑", "NOT_IN_CUSTODY"),
        ("parent_status", "服刑（社区矫正）", "NOT_IN_CUSTODY"),
        ("parent_status", "服刑（已释放）", "STATE_OVER"),
        ("query_answer", "在服刑(缓刑)", "NOT_IN_CUSTODY"),
        ("query_answer", "社区戒毒", "NOT_IN_CUSTODY"),
        ("grade_of_school", "三(2)班", "GRADE_STAGE"), ("grade_of_school", "三", "GRADE_STAGE"),
        ("grade_of_school", "2024级2班", "ENTRY_YEAR"),
        ("grade_of_school", "高2024级", "ENTRY_YEAR"),
    ],
)  # fmt: skip
def test_what_would_be_a_guess_is_refused_with_its_reason(table, cell, problem):
    with pytest.raises(BadCell) as refused:
        read(Kind.CODE, cell, table=table)
    assert refused.value.problem == problem


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("孤儿、重病", ("ORPHAN_SCAT", "SEV_ILL")),
        ("孤儿；低保\n", ("ORPHAN_SCAT", "LOWINC_DIBAO")),
        ("孤儿/7041", ("ORPHAN_SCAT",)), ("孤儿 低保", ("ORPHAN_SCAT", "LOWINC_DIBAO")),
        ("重病(含罕见病)儿童", ("SEV_ILL",)), ("", ()),
        ("①孤儿②低保", ("ORPHAN_SCAT", "LOWINC_DIBAO")),
        ("1.孤儿 2.低保", ("ORPHAN_SCAT", "LOWINC_DIBAO")),
        ("(1)孤儿；(2)低保", ("ORPHAN_SCAT", "LOWINC_DIBAO")),
        ("事实无人抚养儿童（父亡、母失联）", ("DE_FACTO",)),
        ("孤儿、留首儿童", None), ("孤儿\n留首儿童", None), ("孤儿，困难家庭儿童", None),
    ],
)  # fmt: skip
def test_of_several_categories_none_is_overlooked(cell, codes):
    if codes is None:
        with pytest.raises(BadCell):
            read(Kind.CODES, cell, table="category")
    else:
        assert read(Kind.CODES, cell, table="category") == codes


@pytest.mark.parametrize("cell", ["是（已停）", "是(已退出)", "监测户（已消除）"])
def test_yes_that_is_taken_back_is_refused(cell):
    with pytest.raises(BadCell) as refused:
        read(Kind.YES_NO, cell, table="economic")
    assert refused.value.problem is CellProblem.STATE_OVER


@pytest.mark.parametrize(
    ("school", "code", "grade"),
    [
        ("千岛湖镇中心小学", "", "P3"), ("淳安县初级中学", "", "J3"), ("某高级中学", "", "S3"),
        ("某中学附属小学", "", "P3"), ("某中学", "", ""), ("某九年一贯制学校（小学部）", "", ""),
        ("", "2133000001", "P3"), ("", "3433000001", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_the_school_says_which_third_grade_it_is(school, code, grade):
    assert grade_at(3, school, code) == grade


def test_a_primary_school_has_no_seventh_grade():
    assert grade_at(7, "中心小学", "") == ""
