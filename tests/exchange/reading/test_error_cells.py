"""Errors of formulas are no empty cells; formulas drawn down below the last row are no rows."""

import openpyxl
import pytest
import xlwt

from exchange.reading.headings import Headings
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
