"""What the reader does not tell of an .ods: merged ranges, errors of formulas, and formulas whose
result the file does not keep.

Read as a stream: a long list has millions of cells, and few of them matter here.
"""

import re
import zipfile
from xml.parsers import expat

from .error_cells import Errors
from .problems import NOT_KEPT

# Cells with an error, or over others: without one the file need not be looked through.
ERROR, SPANNED = b'value-type="error"', b"-spanned="
FORMULA = b":formula="
UNKEPT = re.compile(rb"<(?:\w+:)?table-cell\b(?![^>]*[ :]value-type=)[^>]*:formula=")
OVER_OTHERS = re.compile(rb'-spanned="(?:[2-9]|\d\d)')
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_ERROR_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_VALUE_TYPE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"
_FORMULA = f"{_TABLE}formula"
_SHEET, _ROW = f"{_TABLE}table", f"{_TABLE}table-row"
_WIDEST = 256  # columns; a wider sheet is refused
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
Spans = list[tuple[tuple[int, int], tuple[int, int]]]


class _Extras:
    """Rows and columns counted from 0; of repeated ones only the first is looked at."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[Spans, Errors]] = {}
        self.spans: Spans = []
        self.errors: Errors = {}
        self.row = self.column = 0
        self.rows = 1  # that the present one stands for
        self.shown: list[str] | None = None  # what a cell with an error shows
        self.unkept = ""  # stands for a formula without its result

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELLS:
            self._cell(attributes)
        elif name == _ROW:
            self.rows, self.column = _number(attributes, "number-rows-repeated"), 0
        elif name == _SHEET:
            self.spans, self.errors, self.row = [], {}, 0
            self.of[attributes.get(f"{_TABLE}name", "")] = (self.spans, self.errors)

    def _cell(self, attributes: dict[str, str]) -> None:
        down = _number(attributes, "number-rows-spanned")
        across = _number(attributes, "number-columns-spanned")
        if down > 1 or across > 1:
            last = (self.row + down - 1, self.column + across - 1)
            self.spans.append(((self.row, self.column), last))
        self.repeated = _number(attributes, "number-columns-repeated")
        is_unkept = _FORMULA in attributes and _VALUE_TYPE not in attributes
        self.unkept = NOT_KEPT if is_unkept else ""
        self.shown = [] if is_unkept or attributes.get(_ERROR_TYPE) == "error" else None

    def text(self, part: str) -> None:
        if self.shown is not None:
            self.shown.append(part)

    def end(self, name: str) -> None:
        if name in _CELLS:
            if self.shown is not None:
                shown = self.unkept or "".join(self.shown).strip() or "#N/A"
                for column in range(self.column, min(self.column + self.repeated, _WIDEST)):
                    self.errors.setdefault(self.row, {})[column] = shown
                self.shown = None
            self.column += self.repeated
        elif name == _ROW:
            self.row += self.rows


def _number(attributes: dict[str, str], name: str) -> int:
    return int(attributes.get(_TABLE + name, "1"))


def extras_of(path: str) -> dict[str, tuple[Spans, Errors]]:
    """Name of the sheet → its merged ranges and its errors."""
    extras, parser = _Extras(), expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = extras.start
    parser.EndElementHandler = extras.end
    parser.CharacterDataHandler = extras.text
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
        parser.ParseFile(stream)
    return extras.of
