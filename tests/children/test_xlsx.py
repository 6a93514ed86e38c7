"""Spreadsheets that are written here are read elsewhere, with the cells that went in. LibreOffice
opens one in `tests/browser/test_every_kind.py`."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from children.xlsx import PART, Paper, Sheet, Style, write_book

from .cells import HEAD, TEXTS

PAPER = Paper("&L5 && 6&R<今天>", "&R&P", across=2, named=2, is_landscape=True)


def book(*sheets):
    file = io.BytesIO()
    write_book(file, sheets)
    file.seek(0)
    return file


def read(file):
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()


def test_every_text_comes_back_whichever_part_it_stands_in():
    rows = TEXTS * PART + [["plain", "", "text"]] * (2 * PART)

    assert read(book(Sheet("1", HEAD, iter(rows), style=Style.TEXT))) == [HEAD, *rows]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1", "＋1", "－1", "＠A"]
)
def test_what_begins_like_a_formula_is_shown_also_as_a_heading(text):
    found = read(book(Sheet("1", [text, "b"], [["plain", "x"], ["plain", text]])))

    assert found == [[f"'{text}", "b"], ["plain", "x"], ["plain", f"'{text}"]]


def test_what_xml_cannot_hold_stays_in_its_cell():
    rows = [["a\0b", "\x0b", "c"], ["x\r\ny", "\x1f", "z"]]

    assert read(book(Sheet("1", HEAD, rows))) == [HEAD, *rows]


def test_figures_are_text_unless_they_are_kept():
    rows = [[1, Decimal("2.50"), "3"]]

    assert read(book(Sheet("1", HEAD, rows)))[1] == ["1", "2.50", "3"]
    assert read(book(Sheet("1", HEAD, rows, keeps_figures=True)))[1] == [1, 2.5, "3"]


def test_a_row_with_too_many_cells_is_no_row():
    with pytest.raises(TypeError):
        book(Sheet("1", HEAD, [["1", "2"], ["3", "4", "5", "6"]]))


def test_how_it_looks_and_is_printed_is_said_as_programs_know_it():
    first = Sheet("一/二", HEAD, TEXTS, [8, 9.5, 40], Style.WRAPPED_TEXT, PAPER,
                  keeps_head_in_view=True, heights={3: 30})  # fmt: skip
    one, other = load_workbook(book(first, Sheet("三", ["x"] * 28, []))).worksheets

    assert (one.title, other.title) == ("一_二", "三")
    assert (one.print_title_rows, one.print_title_cols) == ("$1:$1", "$A:$B")
    assert (one.page_setup.orientation, one.page_setup.paperSize) == ("landscape", 9)
    assert (one.page_setup.fitToWidth, one.page_setup.fitToHeight) == (2, 0)
    assert (one.oddHeader.left.text, one.oddHeader.right.text) == ("5 && 6", "<今天>")
    assert (one.freeze_panes, one.row_dimensions[3].height) == ("A2", 30)
    assert one.column_dimensions["C"].width > one.column_dimensions["A"].width > 8
    assert (one["A2"].number_format, one["A2"].alignment.wrap_text) == ("@", True)
    assert other["AB1"].value == "x"


@pytest.mark.parametrize("room", [{"most_rows": 300}, {"most_bytes": 40_000}])
def test_a_sheet_that_is_too_long_goes_on_in_the_next_under_its_headings(room):
    rows = [[str(n), "x" * 30, f"line {n}"] for n in range(1000)]
    long = Sheet("名单" * 20, HEAD, iter(rows), paper=PAPER, heights={1: 20, 5: 30})
    file = io.BytesIO()
    write_book(file, [long, Sheet("short", HEAD, iter([]))], **room)

    file.seek(0)
    found = CalamineWorkbook.from_filelike(file)
    sheets = [found.get_sheet_by_name(name).to_python() for name in found.sheet_names]
    assert len(sheets) > 3
    assert all(sheet[0] == HEAD for sheet in sheets)
    assert [row for sheet in sheets for row in sheet[1:]] == rows
    assert max(map(len, sheets)) <= room.get("most_rows", 1001)
    assert found.sheet_names[1].endswith(" (2)")
    assert max(map(len, found.sheet_names)) <= 31
    by_another = load_workbook(file)
    assert by_another.sheetnames == found.sheet_names
    assert by_another.worksheets[1].print_title_rows == "$1:$1"
    assert by_another.worksheets[1].row_dimensions[5].height is None


def test_a_sheet_that_is_just_full_has_no_empty_one_behind_it():
    file = io.BytesIO()
    write_book(file, [Sheet("1", HEAD, [["a", "b", "c"]] * 9)], most_rows=10)

    file.seek(0)
    assert CalamineWorkbook.from_filelike(file).sheet_names == ["1"]
