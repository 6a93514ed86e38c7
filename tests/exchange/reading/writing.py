"""Writers of real files for the tests of reading."""

import zipfile
from datetime import date
from html import escape

import openpyxl
import xlwt


def xlsx(
    path, rows, *, merged=(), hidden_rows=(), hidden_columns=(), more_sheets=None, epoch=None,
    more_merged=None,
):  # fmt: skip
    """Cells as they are: text stays text, numbers numbers. `more_merged`: sheet → ranges."""
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    sheet = book.active
    _fill(sheet, rows)
    for cells in merged:
        sheet.merge_cells(cells)
    for number in hidden_rows:
        sheet.row_dimensions[number].hidden = True
    for letter in hidden_columns:
        sheet.column_dimensions[letter].hidden = True
    for name, state, content in more_sheets or ():
        other = book.create_sheet(name)
        other.sheet_state = state
        _fill(other, content)
        for cells in (more_merged or {}).get(name, ()):
            other.merge_cells(cells)
    book.save(path)
    return path


def _fill(sheet, rows):
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1):
            if cell is not None:
                sheet.cell(number, column, cell)
                if isinstance(cell, str):
                    sheet.cell(number, column).data_type = "s"


def formulas(path, rows):
    """Formulas that nobody has calculated."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def xls(path, rows, merged=()):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    covered = {(r, c) for r1, r2, c1, c2 in merged for r in range(r1, r2 + 1)
               for c in range(c1, c2 + 1)}  # fmt: skip
    for r1, r2, c1, c2 in merged:
        sheet.write_merge(r1, r2, c1, c2, rows[r1][c1])
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None and (number, column) not in covered:
                style = (day,) if isinstance(cell, date) else ()
                sheet.write(number, column, cell, *style)
    book.save(str(path))
    return path


def ods(path, rows, spans=None):
    """`spans`: {(row, column): (rows, columns)}, counted from 0."""
    spans = spans or {}
    lines = []
    for number, row in enumerate(rows):
        cells = "".join(_ods_cell(cell, spans.get((number, c))) for c, cell in enumerate(row))
        lines.append(f"<table:table-row>{cells}</table:table-row>")
    lines.append(
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    names = (
        " ".join(
            f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
            for short in ("office", "table", "text")
        )
        + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}>'
        '<office:body><office:spreadsheet><table:table table:name="一">'
        + "".join(lines)
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest="
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return path


def _ods_cell(cell, span):
    spanned = ""
    if span:
        spanned = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
    if cell is None:
        return "<table:table-cell/>"
    if str(cell).startswith("="):  # as a library leaves it that does not calculate
        return f'<table:table-cell table:formula="of:{escape(str(cell))}"/>'
    if isinstance(cell, date):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, int | float):
        kind = f'office:value-type="float" office:value="{cell!r}"'
    elif str(cell).startswith("#"):  # as LibreOffice keeps what a formula came to
        kind = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
    else:
        kind = 'office:value-type="string"'
    return (
        f"<table:table-cell {kind}{spanned}><text:p>{escape(str(cell))}</text:p></table:table-cell>"
    )


def csv_file(path, rows, encoding="utf-8", delimiter=","):
    lines = [delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path
