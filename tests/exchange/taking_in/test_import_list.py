"""The command: what comes out for a dirty list, as JSON and as exit status."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from exchange.models import ListImport
from exchange.words import masked
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, adult, number
from tests.exchange.reading import writing
from tests.factories import ChildFactory, GuardianFactory, GuardianshipFactory, area

pytestmark = pytest.mark.django_db

HEAD = ["序号", "姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "监护人姓名",
        "监护人身份证号", "与儿童关系", "残疾证号", "残疾类别", "残疾等级"]  # fmt: skip


@pytest.fixture(autouse=True)
def _places():
    lists.county()


def run(tmp_path, rows, *more, kind="register", write=writing.xlsx):
    """(exit status, report)."""
    path = rows if not isinstance(rows, list) else write(tmp_path / "list.xlsx", rows)
    report = tmp_path / "report.json"
    status = 0
    try:
        call_command("import_list", str(path), "--feed", kind, "--report", str(report), *more,
                     stdout=StringIO(), stderr=StringIO())  # fmt: skip
    except SystemExit as left:
        status = left.code
    return status, json.loads(report.read_text())


def row(**cells):
    facts = {
        "姓名": "张三",
        "性别": "男",
        "身份证号": number(1),
        "出生日期": BORN,
        "乡镇": "千岛湖镇",
        "监护人姓名": "李大娘",
        "村": "大源村",
    }
    facts |= cells
    return [facts.get(column) for column in HEAD]


def codes(report):
    return [(e["row"], e["column"], e["code"]) for e in report["errors"]]


def test_a_clean_list_is_accepted_and_new(tmp_path):
    status, report = run(tmp_path, [HEAD, row(), row(姓名="李四", 身份证号=number(3))])

    assert status == 0
    counts = ("rows", "accepted", "rejected", "matched", "suggested", "new")
    assert [report[count] for count in counts] == [2, 2, 0, 0, 0, 2]
    assert report["errors"] == []
    assert report["matches"][0] == {
        "row": 2, "decision": "new", "case_number": None, "score": 0.0,
    }  # fmt: skip
    assert report["seconds"] >= 0


CERTIFICATE = number(1) + "52"
WRONG_DIGIT = number(1)[:-1] + ("1" if number(1)[-1] != "1" else "2")


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"姓名": None}, "姓名", "REQUIRED"),
        ({"姓名": "张三*"}, "姓名", "NAME_CHARACTER"),
        ({"姓名": "张三1", "身份证号": None}, "姓名", "NAME_NUMBERED"),
        ({"监护人姓名": "李大娘（大）"}, "监护人姓名", "NAME_NUMBERED"),
        ({"监护人姓名": "同上"}, "监护人姓名", "AS_ABOVE"),
        ({"监护人姓名": "″"}, "监护人姓名", "AS_ABOVE"),
        ({"村": None, "乡镇": None}, "村", "AREA_ONCE"),
        ({"村": "南村"}, "村", "AREA_UNKNOWN"),
        ({"村": "西坡村", "乡镇": None}, "村", "AREA_AMBIGUOUS"),
        ({"身份证号": WRONG_DIGIT}, "身份证号", "ID_CHECK_DIGIT"),
        ({"身份证号": 9.9010120150307e17}, "身份证号", "ID_LOST_DIGITS"),
        ({"身份证号": "9.90101E+17"}, "身份证号", "ID_LOST_DIGITS"),
        ({"身份证号": "990101201503070000"}, "身份证号", "ID_LOST_DIGITS"),
        ({"身份证号": number(1)[:17]}, "身份证号", "ID_LENGTH"),
        ({"出生日期": "2015-03-08"}, "出生日期", "ID_BIRTH_DATE_DIFFERS"),
        ({"出生日期": "2015.4"}, "出生日期", "ID_BIRTH_DATE_DIFFERS"),
        ({"出生日期": "2015.3", "身份证号": None}, "出生日期", "DATE_INCOMPLETE"),
        ({"出生日期": "2115-03-08", "身份证号": None}, "出生日期", "DATE_FUTURE"),
        ({"出生日期": None, "身份证号": None}, "出生日期", "REQUIRED"),
        ({"性别": "女"}, "性别", "ID_SEX_DIFFERS"),
        ({"性别": "1-女"}, "性别", "CODE_CONTRADICTS"),
        ({"身份证号": adult(1), "出生日期": None}, "身份证号", "NOT_A_CHILD"),
        ({"监护人身份证号": number(1)}, "监护人身份证号", "ID_OF_SOMEBODY_ELSE"),
        ({"监护人身份证号": adult(2), "与儿童关系": "父亲"}, "监护人身份证号", "ID_SEX_DIFFERS"),
        ({"残疾证号": number(3) + "52"}, "残疾证号", "CERTIFICATE_ID_DIFFERS"),
        ({"残疾证号": number(1) + "92"}, "残疾证号", "CERTIFICATE_KIND"),
        ({"残疾证号": number(1)}, "残疾证号", "CERTIFICATE_LENGTH"),
        ({"残疾证号": CERTIFICATE, "残疾类别": "视力"}, "残疾类别", "CERTIFICATE_KIND_DIFFERS"),
        ({"残疾证号": CERTIFICATE, "残疾等级": 3}, "残疾等级", "CERTIFICATE_GRADE_DIFFERS"),
    ],
)  # fmt: skip
def test_a_dirty_row_is_rejected_with_its_reason(tmp_path, cells, column, code):
    status, report = run(tmp_path, [HEAD, row(姓名="李四", 身份证号=number(5)), row(**cells)])

    assert codes(report) == [(3, column, code)]
    assert (status, report["accepted"], report["rejected"]) == (1, 1, 1)


@pytest.mark.parametrize(
    "cells",
    [
        {"姓名": "张　三"}, {"姓名": "张三1"}, {"姓名": "张三（大）"},
        {"身份证号": "'" + number(1)},
        {"身份证号": f" {number(1)[:6]} {number(1)[6:]} "},
        {"出生日期": "2015.3"}, {"出生日期": "2015年3月7日"}, {"出生日期": 42070},
        {"出生日期": 20150307}, {"性别": "1-男"}, {"性别": 1}, {"性别": None, "出生日期": None},
        {"村": "大源", "乡镇": None}, {"村": "大源村", "乡镇": None}, {"村": EAST},
        {"村": "千岛湖镇大源村", "乡镇": None}, {"村": "浙江省淳安县千岛湖镇大源村3组"},
        {"村": "大源村委会"}, {"乡镇": "千岛湖"},
        {"残疾证号": CERTIFICATE + "B1", "残疾类别": "智力", "残疾等级": "二级"},
        {"监护人身份证号": adult(2), "与儿童关系": "母亲"},
    ],
)  # fmt: skip
def test_what_is_only_untidy_is_understood(tmp_path, cells):
    _status, report = run(tmp_path, [HEAD, row(**cells)])

    assert report["errors"] == []
    assert report["accepted"] == 1


@pytest.mark.parametrize("written", ["9.9010120150307e+17", "9.90101201503071e+17"])
def test_a_number_that_lost_its_digits_is_told_by_its_first_and_its_size(written):
    """Whatever its length: the second has as many characters as a certificate's number."""
    assert masked("id_number", written) == "9.90…e+17"


def test_values_in_messages_are_masked(tmp_path):
    _, report = run(tmp_path, [HEAD, row(身份证号=WRONG_DIGIT)])

    (error,) = report["errors"]
    assert WRONG_DIGIT not in error["message"]
    assert WRONG_DIGIT[:6] in error["message"]
    assert "身份证号" in error["message"]


def test_one_person_twice_is_refused_with_the_row_of_the_first(tmp_path):
    _, report = run(tmp_path, [HEAD, row(), row(姓名="李四", 身份证号=number(3)), row()])

    assert codes(report) == [(4, "身份证号", "DUPLICATE_IN_FILE")]
    assert "2" in report["errors"][0]["message"]


def test_a_telephone_without_the_name_of_its_owner_is_told_what_would_be_right(tmp_path):
    head = [*HEAD, "监护人联系电话"]

    report = run(tmp_path, [head, [*row(监护人姓名=""), "13800000001"]])[1]

    assert codes(report) == [(2, "监护人姓名", "NAME_MISSING")]


def test_one_number_under_two_names_is_refused_in_both_rows(tmp_path):
    _, report = run(tmp_path, [HEAD, row(), row(姓名="李四")])

    assert codes(report) == [
        (2, "身份证号", "ID_OF_TWO_PEOPLE"), (3, "身份证号", "ID_OF_TWO_PEOPLE"),
    ]  # fmt: skip


def test_a_row_that_is_wrong_anyway_does_not_spoil_the_right_one(tmp_path):
    _, report = run(tmp_path, [HEAD, row(姓名="李四", 出生日期="2014-01-01"), row()])

    assert codes(report) == [(2, "出生日期", "ID_BIRTH_DATE_DIFFERS")]


def test_registered_children_are_matched_or_suggested(tmp_path):
    lives = area(EAST)
    child = ChildFactory(name="张三", id_number=number(1), birth_date=BORN, residence_area=lives)
    other = ChildFactory(name="王五", id_number=number(3), birth_date=BORN, residence_area=lives)

    _, report = run(tmp_path, [HEAD, row(), row(姓名="李四", 身份证号=number(3))])

    assert [(m["decision"], m["case_number"]) for m in report["matches"]] == [
        ("automatic", child.case_number), ("suggested", other.case_number),
    ]  # fmt: skip
    assert (report["matched"], report["suggested"], report["new"]) == (1, 1, 0)


def test_a_refused_answer_about_a_parent_tells_whose_child_it_seems_to_mean(tmp_path):
    child = ChildFactory(name="张三", id_number=number(1), birth_date=BORN)
    father = GuardianFactory(name="张大", id_number=adult(1))
    GuardianshipFactory(child=child, guardian=father)
    ChildFactory(name="李四", id_number=number(3), birth_date=BORN)
    wrong = adult(1)[:14] + "9" + adult(1)[15:]
    rows = [["姓名", "身份证号", "查询结果", "子女姓名", "子女身份证号"],
            ["张大", None, "在押", "张三", number(1)],
            ["张大", wrong, "在押", None, None],
            ["张大", adult(1), "待核", "张三", number(1)[:17]],
            ["王大", None, "在押", None, None]]  # fmt: skip

    status, report = run(tmp_path, rows, kind="prison_results")

    assert (status, report["rejected"], report["matched"], report["suggested"]) == (1, 4, 0, 0)
    told = [(m["row"], m["decision"], m["case_number"], m["rejected"]) for m in report["matches"]]
    assert told == [(row, "suggested", child.case_number, True) for row in (2, 3, 4)]


def test_without_a_place_for_the_report_nothing_comes_in(tmp_path):
    path = writing.xlsx(tmp_path / "list.xlsx", [HEAD, row()])
    nowhere = str(tmp_path / "nowhere" / "report.json")

    with pytest.raises(CommandError) as caught:
        call_command("import_list", str(path), "--feed", "register", "--commit",
                     "--report", nowhere, stdout=StringIO(), stderr=StringIO())  # fmt: skip

    assert caught.value.returncode == 2
    assert not ListImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "EMPTY"), (b"%PDF-1.4", "NOT_A_SPREADSHEET"), (b"PK\x03\x04", "DAMAGED")],
)
def test_unreadable_files_leave_status_2_and_clear_words(tmp_path, content, code):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    status, report = run(tmp_path, path)

    assert status == 2
    assert [e["code"] for e in report["errors"]] == [code]
    assert report["rows"] == 0
    assert len(report["errors"][0]["message"]) > 10


def test_a_list_of_another_kind_is_told_so(tmp_path):
    assert run(tmp_path, [["商品", "价格", "数量"], ["米", 3, 4]])[0] == 2
    status, report = run(tmp_path, [["序号", "性别", "村"], [1, "男", "东村"]])

    assert status == 2
    assert report["errors"][0]["code"] == "WRONG_LAYOUT"
    assert "姓名" in report["errors"][0]["message"]


@pytest.mark.parametrize(("rows", "code"), [
    ([], "BLANK"), ([[" "]], "BLANK"), ([["低保家庭名单"], ["东县民政局"]], "NO_TABLE"),
    ([HEAD], "NO_ROWS"), ([["困境儿童名单"], HEAD, []], "NO_ROWS"),
])  # fmt: skip
def test_a_list_without_rows_is_refused_and_told_what_it_lacks(tmp_path, rows, code):
    status, report = run(tmp_path, rows)

    assert (status, report["errors"][0]["code"]) == (2, code)


def test_a_name_alone_tells_nobody_so_a_list_without_number_and_birth_date_is_refused_whole(
    tmp_path,
):
    rows = [["户主姓名", "成员姓名", "与户主关系", "救助类别"], ["张大", "张三", "子", "低保"]]

    status, report = run(tmp_path, rows, kind="low_income")

    assert (status, codes(report)) == (2, [(None, None, "WRONG_LAYOUT")])
    assert "身份证号" in report["errors"][0]["message"]


@pytest.mark.parametrize("heading", [
    "成员身份证号码", "成员公民身份号码", "成员居民身份证号", "家庭成员身份证件号码", "身份证号 码",
])  # fmt: skip
def test_a_number_is_known_under_each_of_its_names(tmp_path, heading):
    rows = [["户主姓名", "成员姓名", heading, "救助类别"], ["张大", "张三", number(1), "低保"]]

    assert run(tmp_path, rows, kind="low_income")[1]["accepted"] == 1


def test_what_is_wrong_says_what_would_be_right(tmp_path):
    head = ["姓名", "身份证号", "是否在押", "入监日期", "刑满日期"]
    rows = [head, ["张大", adult(1), "待核", "2020-01-02", None],
            ["李大", 9.90101201503e17, "否", None, None],
            ["王大", adult(5), "是", "2020-01-02", "2019-01-01"]]  # fmt: skip

    _status, report = run(tmp_path, rows, kind="prison_results")

    told = {error["row"]: error["message"] for error in report["errors"]}
    assert "可填：是、否、已释放" in told[2]
    assert "9.90…e+17" in told[3]
    assert "早于 2020-01-02" in told[4]


@pytest.mark.parametrize("amount", ["￥1,206.50", "¥ 1206.5", "1，206.5元", 1206.5])
def test_amounts_are_read_as_people_write_them(tmp_path, amount):
    rows = [["姓名", "身份证号", "补贴类型", "补贴金额", "发放月份"],
            ["张三", number(1), "护理补贴", amount, "2026年1月"]]  # fmt: skip

    assert run(tmp_path, rows, kind="two_subsidy_roll")[0] == 0


def test_while_a_key_is_turned_the_report_says_so(tmp_path, settings):
    """Neither 0 nor 1, which would say that the good rows are in."""
    first = settings.FIELD_HASH_KEYS
    settings.FIELD_HASH_KEYS = first | {max(first) + 1: b"n" * 32}

    status, report = run(tmp_path, [HEAD, row()], "--commit")

    assert status == 2
    assert codes(report) == [(None, None, "KEY_TURNED")]
    assert report["accepted"] == 0
