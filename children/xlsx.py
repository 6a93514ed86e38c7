"""Spreadsheets written row by row into a file, as ECMA-376 has them (.xlsx); no row is kept.

Nearly all cells of a long list are texts that need no care. Some hundred rows are looked through at
once, and only where something is found is each cell of them asked for: decision 35.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import IntEnum
from html import escape
from itertools import chain, count, islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

PART = 250  # rows looked through together
MOST_ROWS = 1_048_576  # of a sheet, headings and all: no program that reads it takes more
MOST_BYTES = 2_000_000_000  # of a sheet's XML: a file of more is one that Excel offers to repair
_LEVEL = 1  # of deflating: the usual sixth takes three times as long for a tenth less
_PADDING = 0.71  # of a column, in characters

# First characters; the broad ones begin a formula too where Chinese is typed.
_FORMULA = r"=+\-@\t\r\n＝＋－＠"
_LIKE_A_FORMULA = re.compile(f"[{_FORMULA}]")
_NO_XML = r"\x01-\x08\x0b-\x1f\ufffe\uffff"  # \r is among them: XML would read it as \n
# Written as _x000B_; so what looks like that already is written so, too.
_CODED = re.compile(rf"[\x00{_NO_XML}]|_(?=x[0-9A-Fa-f]{{4}}_)")
# In texts with \0 between them: what is not written as it is. Hardly a list holds one of the rare
# marks, and whoever looks for one mark of many is quicker than who looks where each stands.
_RARE = re.compile(rf"[&<>_\s{_NO_XML}]")
_NEEDS_CARE = [re.compile(one) for one in (f"[&<>_{_NO_XML}]", r"\0\s", r"\s\0")]
_FORMULA_AHEAD = re.compile(rf"\0[{_FORMULA}]")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PART_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Style(IntEnum):
    """Of all cells of a sheet; text keeps what is typed into it later, too, with all digits."""

    PLAIN = 0
    TEXT = 1
    WRAPPED_TEXT = 2


@dataclass(frozen=True)
class Paper:
    """How a sheet is printed, on A4: all its columns on `across` pages beside each other, its rows
    on as many as they need. Each has the headings, the first `named` columns, and in its margins
    header and footer."""

    header: str
    footer: str
    across: int = 1
    named: int = 0
    is_landscape: bool = False


@dataclass(frozen=True)
class Sheet:
    """`head` is the first row. What is no text is written as such, unless figures are kept.
    `heights`: of some rows, in points; the headings are row 1."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[float] = ()
    style: Style = Style.PLAIN
    paper: Paper | None = None
    keeps_figures: bool = False
    quotes_formulas: bool = True  # what begins like one; a bank takes what it is given
    keeps_head_in_view: bool = False
    heights: Mapping[int, float] = field(default_factory=dict)


def harmless(text: str) -> str:
    """A cell that begins like a formula is shown, not run."""
    return "'" + text if _LIKE_A_FORMULA.match(text) else text


def write_book(
    file: IO[bytes], sheets: Sequence[Sheet], most_rows: int = MOST_ROWS,
    most_bytes: int = MOST_BYTES,
) -> None:  # fmt: skip
    """Titles of sheets are told apart by 31 characters. A sheet that is too long goes on in the
    next, under the same headings."""
    written: list[Sheet] = []
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as book:
        for sheet in sheets:
            rows = _Rows(sheet.rows)
            for number in count(1):
                written.append(sheet if number == 1 else _going_on(sheet, number))
                with book.open(f"xl/worksheets/sheet{len(written)}.xml", "w") as part:
                    for xml in _sheet(written[-1], rows, len(written) == 1, most_rows, most_bytes):
                        part.write(xml)
                if rows.are_through:
                    break
        # How many there are is known now. Their order in the file is nobody's concern.
        for name, text in _frame(written).items():
            book.writestr(name, _XML + text)


def _going_on(sheet: Sheet, number: int) -> Sheet:
    mark = f" ({number})"
    heights = {row: height for row, height in sheet.heights.items() if row == 1}
    return replace(sheet, title=_title(sheet.title)[: 31 - len(mark)] + mark, heights=heights)


class _Rows:
    """Rows read ahead a part at a time; what a sheet has no room for the next one takes."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = iter(rows)

    def some(self, most: int) -> list[Sequence[Any]]:
        return list(islice(self._rows, most))

    def back(self, part: Sequence[Sequence[Any]]) -> None:
        self._rows = chain(part, self._rows)

    @property
    def are_through(self) -> bool:
        ahead = self.some(1)
        self.back(ahead)
        return not ahead


# Rows ---------------------------------------------------------------------------------------------

_TEXT = b' t="inlineStr"><is><t>%s</t></is></c>'  # what follows a cell's place and style
_NOTHING = _TEXT % b""
_EMPTY = re.compile(rb'<c r="[A-Z]+[0-9]+" s="[0-9]"' + re.escape(_NOTHING))


def _sheet(
    sheet: Sheet, rows: _Rows, is_first: bool, most_rows: int, most_bytes: int
) -> Iterator[bytes]:
    """As many of the rows as it has room for, a part of them at the least."""
    yield f'{_XML}<worksheet xmlns="{_MAIN}">{_before(sheet, is_first)}<sheetData>'.encode()
    usual, careful = _line(sheet, _TEXT), _line(sheet, b"%s")
    rows.back([sheet.head])
    first, size = 1, 0
    while part := rows.some(min(PART, most_rows - first + 1)):
        line, filled = usual, _usual(part)
        if filled is None:
            line, filled = careful, [tuple(_cell(cell, sheet) for cell in row) for row in part]
        # The number comes first: no cell is in the line then that could hold the mark of its place.
        lines = [line.replace(b"#", b"%d" % n) % cells for n, cells in enumerate(filled, first)]
        xml = b"".join(lines)
        xml = _EMPTY.sub(b"", xml) if _NOTHING in xml else xml
        size += len(xml)
        if size > most_bytes and first > 1:
            rows.back(part)
            break
        yield _as_high(xml, sheet, first, len(part))
        first += len(part)
    yield f"</sheetData>{_after(sheet)}</worksheet>".encode()


def _line(sheet: Sheet, cell: bytes) -> bytes:
    """A row, with # for its number."""
    columns = map(_letters, range(len(sheet.head)))
    cells = [f'<c r="{column}#" s="{sheet.style.value}"'.encode() + cell for column in columns]
    return b'<row r="#">' + b"".join(cells) + b"</row>"


def _letters(place: int) -> str:
    """Of a column: A to Z, AA …"""
    more, last = divmod(place, 26)
    return (_letters(more - 1) if more else "") + chr(ord("A") + last)


def _usual(rows: Sequence[Sequence[Any]]) -> list[tuple[bytes, ...]] | None:
    """The cells, if all are texts and written as they are."""
    try:
        texts = "\0".join(chain.from_iterable(rows))
    except TypeError:
        return None
    between = f"\0{texts}\0"
    if _FORMULA_AHEAD.search(between):
        return None
    if _RARE.search(between) and any(one.search(between) for one in _NEEDS_CARE):
        return None
    cells = texts.encode().split(b"\0")
    if len(cells) != sum(map(len, rows)):
        return None
    return list(zip(*[iter(cells)] * len(rows[0]), strict=True))


def _cell(cell: Any, sheet: Sheet) -> bytes:
    if sheet.keeps_figures and isinstance(cell, int | float | Decimal):
        return b"><v>%s</v></c>" % str(cell).encode()
    text = harmless(str(cell)) if sheet.quotes_formulas else str(cell)
    coded = _CODED.sub(lambda found: f"_x{ord(found[0]):04X}_", escape(text, quote=False))
    told = _TEXT % coded.encode()
    return told if text == text.strip() else told.replace(b"<t>", b'<t xml:space="preserve">', 1)


def _as_high(rows: bytes, sheet: Sheet, first: int, count: int) -> bytes:
    for number in sheet.heights.keys() & range(first, first + count):
        place, height = b'<row r="%d"' % number, sheet.heights[number]
        rows = rows.replace(place, b'%s ht="%g" customHeight="1"' % (place, height))
    return rows


# What stands around the rows ----------------------------------------------------------------------


def _before(sheet: Sheet, is_first: bool) -> str:
    chosen = ' tabSelected="1"' if is_first else ""
    fitted = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' if sheet.paper else ""
    pane = (
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft"/>'
    )
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width + _PADDING:g}" style="{sheet.style.value}"'
        ' customWidth="1"/>'
        for n, width in enumerate(sheet.widths, 1)
    )
    return (
        f'{fitted}<sheetViews><sheetView{chosen} workbookViewId="0">'
        + (pane if sheet.keeps_head_in_view else "")
        + "</sheetView></sheetViews>"
        '<sheetFormatPr defaultRowHeight="15"/>' + (f"<cols>{columns}</cols>" if columns else "")
    )


def _after(sheet: Sheet) -> str:
    paper = sheet.paper
    return "" if paper is None else (
        '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" fitToWidth="{paper.across}" fitToHeight="0"'
        f' orientation="{"landscape" if paper.is_landscape else "portrait"}"/>'
        f"<headerFooter><oddHeader>{escape(paper.header)}</oddHeader>"
        f"<oddFooter>{escape(paper.footer)}</oddFooter></headerFooter>"
    )  # fmt: skip


def _frame(sheets: Sequence[Sheet]) -> dict[str, str]:
    """The other parts of the file: name → XML."""
    numbers = range(1, len(sheets) + 1)
    parts = {"xl/workbook.xml": "sheet.main", "xl/styles.xml": "styles"}
    parts |= {f"xl/worksheets/sheet{n}.xml": "worksheet" for n in numbers}
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{_PART_TYPE.format(kind)}"/>'
        for name, kind in parts.items()
    )
    of_book = {f"worksheets/sheet{n}.xml": "worksheet" for n in numbers} | {"styles.xml": "styles"}
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _relations({"xl/workbook.xml": "officeDocument"}),
        "xl/_rels/workbook.xml.rels": _relations(of_book),
        "xl/workbook.xml": _book(sheets),
        "xl/styles.xml": _STYLES,
    }


def _relations(targets: Mapping[str, str]) -> str:
    found = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _book(sheets: Sequence[Sheet]) -> str:
    titles = [escape(_title(sheet.title)) for sheet in sheets]
    named = "".join(
        f'<sheet name="{title}" sheetId="{n}" r:id="rId{n}"/>' for n, title in enumerate(titles, 1)
    )
    repeated = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">'
        + (f"'{title}'!$A:${_letters(sheet.paper.named - 1)}," if sheet.paper.named else "")
        + f"'{title}'!$1:$1</definedName>"
        for place, (title, sheet) in enumerate(zip(titles, sheets, strict=True))
        if sheet.paper
    )
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{named}</sheets>"
        + (f"<definedNames>{repeated}</definedNames>" if repeated else "")
        + "</workbook>"
    )


def _title(title: str) -> str:
    """As a sheet may be called."""
    return re.sub(r"[\[\]:*?/\\']", "_", title)[:31] or "1"


# Number format 49 is «text» (18.8.30); the two fills have to be there.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"'
    ' applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
