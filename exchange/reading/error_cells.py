"""Cells with an error of a formula (#N/A, #REF!), which the reader takes for empty ones; and those
with a formula whose result the file does not keep, as many a program writes them (NOT_KEPT).

For each sheet in the order of the book: row → column → the error as the spreadsheet shows it, both
counted from 0.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import olefile

from .problems import NOT_KEPT

Errors = dict[int, dict[int, str]]
MARK = b't="e"'  # of a cell of .xlsx
_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*>(?:(?!<(?:\w+:)?c\b).){0,9000}?<(?:\w+:)?v>([^<]{1,20})<',
    re.DOTALL,
)
# How a formula ends of which no result follows; "" (t="str", <v></v>) is one.
UNKEPT = (b"f></c>", b"f><v></v>", b"f><v/>", b"f><v />", b"/></c>", b"/><v/>", b":f></", b":v></")
_UNKEPT = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_OF_TEXT = b't="str"'
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_BLOCK = 2**20
_BOOK = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# [MS-XLS] 2.5.10: codes of errors; records 2.4.28 BoundSheet8, 2.4.24 BoolErr, 2.4.127 Formula.
_CODES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
          0x24: "#NUM!", 0x2A: "#N/A"}  # fmt: skip
_BOUND, _BOOL_OR_ERROR, _FORMULA, _BEGIN, _END = 0x85, 0x205, 0x06, 0x809, 0x0A


def in_xlsx(path: str) -> list[Errors]:
    with zipfile.ZipFile(path) as archive:
        return [_in_part(archive, part) for part in _parts(archive)]


def _parts(archive: zipfile.ZipFile) -> Iterator[str]:
    """Where each sheet of the book lies."""
    told = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in told}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    for sheet in book.iter(f"{_BOOK}sheet"):
        target = targets.get(sheet.get(f"{_REL}id"), "")
        yield target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _in_part(archive: zipfile.ZipFile, part: str) -> Errors:
    found: Errors = {}
    if part not in archive.namelist():
        return found
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            whole = rest + block
            cut = max(whole.rfind(b"</c>") + 4, whole.rfind(b":c>") + 3, len(rest))
            _note(found, whole[:cut])
            rest = whole[cut:]
    _note(found, rest)
    return found


def _note(found: Errors, text: bytes) -> None:
    for cell in _CELL.finditer(text) if MARK in text else ():
        _put(found, cell[0], cell[1].decode("ascii", "replace"))
    for cell in _UNKEPT.finditer(text) if may_lack_results(text) else ():
        if not (cell[2] and _OF_TEXT in cell[1]):
            _put(found, cell[1], NOT_KEPT)


def may_lack_results(text: bytes) -> bool:
    """Plain words first: most files hold no formula."""
    has_formula = b"<f" in text or b":f" in text
    return has_formula and any(mark in text for mark in UNKEPT) and bool(_HAS_FORMULA.search(text))


def _put(found: Errors, cell: bytes, shown: str) -> None:
    if place := _PLACE.search(cell):
        found.setdefault(int(place[2]) - 1, {})[_column(place[1])] = shown


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def in_xls(path: str) -> list[Errors]:
    with olefile.OleFileIO(path) as book:
        name = next(name for name in ("Workbook", "Book") if book.exists(name))
        content = book.openstream(name).read()
    starts = [
        struct.unpack_from("<I", content, at)[0]
        for kind, at, _size in _records(content, 0)
        if kind == _BOUND
    ]
    return [_in_records(content, start) for start in starts]


def _records(content: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the content and its length, to the end of the part that begins at `at`."""
    depth = 0  # drawings in a sheet are parts of their own
    while at + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, at + 4, size
        at += 4 + size


def _in_records(content: bytes, start: int) -> Errors:
    found: Errors = {}
    for kind, at, size in _records(content, start):
        if kind == _BOOL_OR_ERROR and size >= 8 and content[at + 7]:
            code = content[at + 6]
        elif kind == _FORMULA and size >= 14 and content[at + 6] == 2 and (
            content[at + 12 : at + 14] == b"\xff\xff"
        ):  # fmt: skip
            code = content[at + 8]
        else:
            continue
        row, column = struct.unpack_from("<HH", content, at)
        found.setdefault(row, {})[column] = _CODES.get(code, "#N/A")
    return found
