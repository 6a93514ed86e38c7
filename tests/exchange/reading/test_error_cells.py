"""Errors of formulas are no empty cells; formulas drawn down below the last row are no rows."""

import re
import zipfile

import openpyxl
import pytest
import xlwt

from exchange.reading.headings import Headings
from exchange.reading.problems import NOT_KEPT
from exchange.reading.table import read_table
from exchange.reading.workbook import open_sheets

from . import writing

KNOWN = Headings.of([("序号", "serial"), ("姓名", "name"), ("等级", "grade"), ("备注", "note")])
ROWS = [
    ["名单"],
    ["序号", "姓名", "等级", "备注"],
    [1, "张三", "#N/A", "好"],
    [2, "#REF!", "二级", None],
    [3, None, "#N/A", "#DIV/0!"],
    [4, None, "#N/A", None],
]
READ = [
    (3, {"serial": 1, "name": "张三", "grade": "#N/A", "note": "好"}),
    (4, {"serial": 2, "name": "#REF!", "grade": "二级", "note": None}),
]


def xlsx(path):
    """On the second sheet, as cells of errors."""
    book = openpyxl.Workbook()
    book.active.append(["填表说明"])
    sheet = book.create_sheet("名单")
    for row in ROWS:
        sheet.append(row)
    assert sheet["C3"].data_type == "e"
    book.save(path)


CODES = {"#N/A": 0x2A, "#REF!": 0x17, "#DIV/0!": 0x07}


def xls(path):
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("说明").write(0, 0, "填表说明")
    sheet = book.add_sheet("名单")
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("#"):
                sheet.row(number).set_cell_error(column, CODES[cell])
            elif cell is not None:
                sheet.write(number, column, cell)
    book.save(str(path))


def ods(path):
    writing.ods(path, ROWS, spans={(0, 0): (1, 4)})


@pytest.mark.parametrize("write", [xlsx, xls, ods], ids=lambda write: write.__name__)
def test_an_error_of_a_formula_is_told_and_no_empty_cell(tmp_path, write):
    path = tmp_path / f"a.{write.__name__}"
    write(path)

    with open_sheets(path) as sheets:
        for sheet in sheets:
            table = read_table(sheet, KNOWN)
            rows = list(table.rows) if table else []

    assert rows == READ


def test_errors_are_found_wherever_the_parts_of_a_long_sheet_are_cut(tmp_path):
    book = openpyxl.Workbook()
    for number in range(40_000):
        book.active.append(["姓名", "序号"] if not number else [f"张{number:09}", "#NUM!"])
    book.save(tmp_path / "a.xlsx")

    with open_sheets(tmp_path / "a.xlsx") as sheets:
        rows = [row for _, row in next(sheets).rows]

    assert len(rows) == 40_000
    assert all(row[1] == "#NUM!" for row in rows[1:])


def uncalculated_xlsx(path):
    """As a library writes it that does not calculate; "" is a result."""
    book = openpyxl.Workbook()
    for row in UNCALCULATED:
        book.active.append(row)
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    kept, count = re.subn(rb'<c r="D3">(?=<f>)', rb'<c r="D3" t="str">', parts[sheet])
    assert count == 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (parts | {sheet: kept}).items():
            archive.writestr(name, part)


def uncalculated_ods(path):
    writing.ods(path, UNCALCULATED)


UNCALCULATED = [
    ["序号", "姓名", "等级", "备注"],
    [1, "张三", "=VLOOKUP(B2,X:Y,2,0)", "=1+1"],
    [2, "李四", "一级", '=B3&""'],
    [3, '="王"&"五"', "二级", None],
    [None, None, "=C4", None],
    ["=ROW()-1", '="赵"&"六"', "=C4", None],
]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_formula_without_its_result_is_told_and_no_empty_cell(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    {"xlsx": uncalculated_xlsx, "ods": uncalculated_ods}[kind](path)

    with open_sheets(path) as sheets:
        rows = list(read_table(next(sheets), KNOWN).rows)

    told = [(number, [cells.get(key) for key in ("name", "grade", "note")])
            for number, cells in rows]  # fmt: skip
    assert told == [
        (2, ["张三", NOT_KEPT, NOT_KEPT]),
        (3, ["李四", "一级", None if kind == "xlsx" else NOT_KEPT]),
        (4, [NOT_KEPT, "二级", None]),
        (6, [NOT_KEPT, NOT_KEPT, None]),
    ]
