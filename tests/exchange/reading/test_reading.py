"""Whole files: the table that a person sees is the table that is read."""

import zipfile
from contextlib import suppress
from datetime import date

import openpyxl
import pytest

from exchange.reading.container import container_of
from exchange.reading.headings import Headings
from exchange.reading.problems import FileProblem, Unreadable
from exchange.reading.table import read_table
from exchange.reading.workbook import open_sheets

from . import writing

KNOWN = Headings.of(
    [
        ("序号", "serial"), ("姓名", "name"), ("儿童姓名", "name"), ("身份证号", "id_number"),
        ("身份证号码", "id_number"), ("出生日期", "birth_date"), ("村", "area"),
        ("监护人", "guardian__name"), ("监护人姓名", "guardian__name"),
        ("监护人身份证号", "guardian__id_number"), ("监护人电话", "guardian__phone"),
        ("电话", "phone"), ("备注", "note"),
    ]
)  # fmt: skip
ID = "99010120150307002X"


def tables(path):
    with open_sheets(path) as sheets:
        found = [read_table(sheet, KNOWN) for sheet in sheets]
        return [(t.sheet.name, t.header, list(t.rows)) for t in found if t]


def rows_of(path):
    """Of the first table."""
    with open_sheets(path) as sheets:
        for sheet in sheets:
            table = read_table(sheet, KNOWN)
            if table:
                return list(table.rows)
    return None


TITLED = [
    ["某县困境儿童花名册", None, None, None],
    [None, None, None, None],
    ["填报单位：某镇", None, None, "2026年3月"],
    ["序号", "姓  名", "身份证\n号码（必填）", "★出生日期"],
    [1, "张三", ID, date(2015, 3, 7)],
    [None, None, None, None],
    [2, "李四", ID, date(2015, 3, 7)],
    [3, None, None, None],
    ["合 计", None, "2人", None],
    ["填表人：王五", None, "审核人：赵六", None],
    ["单位（盖章）", None, None, None],
]


@pytest.mark.parametrize(
    "write", [writing.xlsx, writing.xls, writing.ods], ids=lambda w: w.__name__
)
def test_the_header_is_found_below_titles_and_the_bottom_is_left_out(tmp_path, write):
    rows = rows_of(write(tmp_path / f"list.{write.__name__}", TITLED))

    assert rows == [
        (5, {"serial": 1, "name": "张三", "id_number": ID, "birth_date": (2015, 3, 7)}),
        (7, {"serial": 2, "name": "李四", "id_number": ID, "birth_date": (2015, 3, 7)}),
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_files_are_read_in_every_encoding(tmp_path, encoding, delimiter):
    content = [["某县名册"], ["姓名", "身份证号", "备注"], ["张三㐱", f'="{ID}"', "好"]]
    path = writing.csv_file(tmp_path / "list.csv", content, encoding, delimiter)

    assert rows_of(path) == [(3, {"name": "张三㐱", "id_number": ID, "note": "好"})]


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_text_under_the_name_of_a_spreadsheet_is_read(tmp_path, ending):
    content = [["姓名", "身份证号", "备注"], ["张三", ID, "好"]]
    path = writing.csv_file(tmp_path / f"list.{ending}", content, "gb18030", "\t")

    assert rows_of(path) == [(2, {"name": "张三", "id_number": ID, "note": "好"})]


def test_subtotals_of_villages_are_no_rows(tmp_path):
    content = [["村", "姓名", "身份证号"], ["大源村", "张三", ID], ["大源村 计", 1, None],
               [None, "计：", 1]]  # fmt: skip

    assert [number for number, _ in rows_of(writing.xlsx(tmp_path / "a.xlsx", content))] == [2]


def test_leading_blank_rows_do_not_shift_the_numbers(tmp_path):
    path = writing.xlsx(
        tmp_path / "a.xlsx", [[], [], [None, "姓名", "身份证号"], [None, "张三", ID]]
    )

    assert rows_of(path) == [(4, {"name": "张三", "id_number": ID})]


TWO_LINES = [
    ["名册", None, None, None, None, None],
    ["序号", "儿童基本信息", None, "监护人信息", None, "备注"],
    [None, "姓名", "身份证号", "姓名", "身份证号", None],
    [1, "张三", ID, "张大", "990101198001010018", "好"],
]
READ = [
    (4, {"serial": 1, "name": "张三", "id_number": ID, "guardian__name": "张大",
         "guardian__id_number": "990101198001010018", "note": "好"})
]  # fmt: skip


def test_a_header_of_two_lines_tells_whose_number_it_is(tmp_path):
    merged = ["A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3"]
    assert rows_of(writing.xlsx(tmp_path / "a.xlsx", TWO_LINES, merged=merged)) == READ
    spans = [(0, 0, 0, 5), (1, 2, 0, 0), (1, 1, 1, 2), (1, 1, 3, 4), (1, 2, 5, 5)]
    assert rows_of(writing.xls(tmp_path / "a.xls", TWO_LINES, spans)) == READ
    spans = {(1, 0): (2, 1), (1, 1): (1, 2), (1, 3): (1, 2), (1, 5): (2, 1)}
    assert rows_of(writing.ods(tmp_path / "a.ods", TWO_LINES, spans)) == READ
    ((number, row),) = rows_of(writing.csv_file(tmp_path / "a.csv", TWO_LINES))
    assert (number, row | {"serial": 1}) == READ[0]


def test_a_second_id_number_right_of_the_guardian_is_the_guardians(tmp_path):
    content = [["姓名", "身份证号", "监护人", "身份证号", "电话"], ["张三", ID, "张大", "1", "2"]]

    ((_, row),) = rows_of(writing.xlsx(tmp_path / "a.xlsx", content))

    assert row == {"name": "张三", "id_number": ID, "guardian__name": "张大",
                   "guardian__id_number": "1", "phone": "2"}  # fmt: skip


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_cell_merged_over_rows_stands_for_each(tmp_path, kind):
    content = [
        ["村", "姓名", "身份证号"],
        ["东村", "甲乙", ID],
        [None, "丙丁", ID],
        ["西村", "戊", ID],
    ]
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        writing.xlsx(path, content, merged=["A2:A3"])
    elif kind == "xls":
        writing.xls(path, content, [(1, 2, 0, 0)])
    else:
        writing.ods(path, content, {(1, 0): (2, 1)})

    assert [row["area"] for _, row in rows_of(path)] == ["东村", "东村", "西村"]


def test_hidden_rows_and_columns_are_read_like_others(tmp_path):
    path = writing.xlsx(tmp_path / "a.xlsx", TITLED, hidden_rows=[5], hidden_columns=["C"])

    assert [number for number, _ in rows_of(path)] == [5, 7]
    assert rows_of(path)[0][1]["id_number"] == ID


def test_every_sheet_with_the_header_is_a_table(tmp_path):
    head = ["姓名", "身份证号"]
    path = writing.xlsx(
        tmp_path / "a.xlsx", [["填表说明"], ["请如实填写"]],
        more_sheets=[("东村", "visible", [head, ["甲乙", ID]]), ("码", "hidden", [["男"], ["女"]]),
                     ("西村", "visible", [["名册"], head, ["丙丁", ID]])],
    )  # fmt: skip

    assert [(name, rows) for name, _, rows in tables(path)] == [
        ("东村", [(2, {"name": "甲乙", "id_number": ID})]),
        ("西村", [(3, {"name": "丙丁", "id_number": ID})]),
    ]


def test_pages_repeat_their_header_and_villages_their_heading(tmp_path):
    head = ["序号", "姓名", "身份证号"]
    content = [head, ["一、东村"], [1, "甲乙", ID], ["东村小计", 1, None], head, [2, "丙丁", ID],
               [None, "戊己", None], ["注：本表一式两份"]]  # fmt: skip

    rows = rows_of(writing.xlsx(tmp_path / "a.xlsx", content))

    assert [number for number, _ in rows] == [3, 6, 7]


def refused(path):
    with pytest.raises(Unreadable) as caught:
        rows_of(path)
    return caught.value.problem


def zipped(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return path


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.xlsx", b"", FileProblem.EMPTY),
        ("a.csv", b"\xef\xbb\xbf\r\n", FileProblem.EMPTY),
        ("a.xlsx", b"hello, this is text", FileProblem.NOT_A_SPREADSHEET),
        ("a.xls", b"name\tnumber\n\x01\t\x02\n", FileProblem.NOT_A_SPREADSHEET),
        ("a.xlsx", b"%PDF-1.7 ...", FileProblem.NOT_A_SPREADSHEET),
        ("a.xls", b"<html><table><tr><td>1", FileProblem.WEB_PAGE),
        ("a.xlsx", b"PK\x03\x04 and no more", FileProblem.DAMAGED),
        ("a.xls", OLE, FileProblem.NOT_A_SPREADSHEET),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), FileProblem.PASSWORD),
        ("a.xls", OLE + "Workbook_VBA_PROJECT".encode("utf-16-le"), FileProblem.MACROS),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), FileProblem.DAMAGED),
        ("a.csv", b"\x81\xff\x00\x01" * 10, FileProblem.ENCODING),
        ("a.csv", b"a,b\0\r\n", FileProblem.NOT_A_SPREADSHEET),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_list_is_refused_with_its_reason(tmp_path, name, content, problem):
    path = tmp_path / name
    path.write_bytes(content)

    assert refused(path) == problem


def test_a_missing_file_and_other_archives_are_refused(tmp_path):
    assert refused(tmp_path / "none.xlsx") == FileProblem.MISSING
    assert refused(zipped(tmp_path / "a.xlsx", word__document_xml="x")) == (
        FileProblem.NOT_A_SPREADSHEET
    )


def test_macros_bombs_and_endless_sheets_are_refused_before_they_are_opened(tmp_path):
    macro = zipped(tmp_path / "m.xlsx", xl__workbook_xml="x", **{"xl__vbaProject.bin": "x"})
    bomb = zipped(tmp_path / "b.xlsx", xl__workbook_xml="x",
                  xl__worksheets__sheet1_xml=b"0" * 300_000_000)  # fmt: skip
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in (1, 1_048_576))
    long = zipped(tmp_path / "l.xlsx", xl__workbook_xml="x", xl__worksheets__sheet1_xml=rows)

    assert refused(macro) == FileProblem.MACROS
    assert refused(bomb) == FileProblem.UNPACKS_TOO_LARGE
    assert refused(long) == FileProblem.TOO_MANY_ROWS


def test_a_list_damaged_anywhere_is_refused(tmp_path):
    whole = zipped(tmp_path / "a.xlsx", xl__workbook_xml="x" * 90, 说明="x").read_bytes()
    path = tmp_path / "b.xlsx"
    for at in range(4, len(whole), 3):
        path.write_bytes(whole[:at] + b"\xff\xff\xff" + whole[at + 3 :])

        with suppress(Unreadable):
            container_of(path)


def test_three_hundred_columns_are_refused(tmp_path):
    path = writing.xlsx(tmp_path / "a.xlsx", [["姓名"] * 300])

    assert refused(path) == FileProblem.TOO_MANY_COLUMNS
    assert refused(writing.csv_file(tmp_path / "a.csv", [["姓名"] * 300])) == (
        FileProblem.TOO_MANY_COLUMNS
    )


def test_an_empty_sheet_has_no_table(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")

    assert rows_of(tmp_path / "a.xlsx") is None


def test_dates_of_workbooks_that_count_from_1904_are_known_as_such(tmp_path):
    path = writing.xlsx(
        tmp_path / "a.xlsx", [["姓名", "出生日期"], ["张三", date(2015, 3, 7)], ["李四", 40608]],
        epoch=openpyxl.utils.datetime.CALENDAR_MAC_1904,
    )  # fmt: skip

    with open_sheets(path) as sheets:
        sheet = next(sheets)
        assert sheet.is_1904
        assert [row["birth_date"] for _, row in read_table(sheet, KNOWN).rows] == [
            (2015, 3, 7), 40608,
        ]  # fmt: skip


def test_colours_drawn_down_to_the_last_line_are_no_rows(tmp_path):
    path = writing.xlsx(tmp_path / "a.xlsx", [["姓名"], ["张三"]])
    book = openpyxl.load_workbook(path)
    book.active.cell(1_048_576, 1).number_format = "@"
    book.save(path)

    with open_sheets(path) as sheets:
        assert [row for _, row in next(sheets).rows] == [["姓名"], ["张三"]]


@pytest.mark.parametrize(
    ("first", "last"), [('"王五', "好"), ('"王"五', "好"), ('"王五', '好"'), ("王五", "好")]
)
def test_a_stray_quotation_mark_swallows_no_rows(tmp_path, first, last):
    address = '"大源村,\n3组"'
    rows = [
        ["姓名", "备注", "电话", "村"], ["张三", first, None, None], ["李四", None, "1", address],
        ["赵六", last, None, None],
    ]  # fmt: skip
    path = writing.csv_file(tmp_path / "a.csv", rows)

    problem = None
    try:
        with open_sheets(path) as sheets:
            names = [row[0] for _, row in next(sheets).rows]
    except Unreadable as refused:
        problem = (refused.problem, refused.facts)

    if first == "王五":
        assert names == ["姓名", "张三", "李四", "赵六"]
    else:
        assert problem == (FileProblem.QUOTES, {"found": 2})
