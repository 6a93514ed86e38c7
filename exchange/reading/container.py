"""What kind of file it is, told by its content, and whether it is safe to unpack."""

import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from . import error_cells, ods_extras
from .problems import FileProblem, Unreadable

MAX_BYTES = 80 * 2**20  # of the file as it comes
MAX_UNPACKED = 600 * 2**20  # 300,000 rows of 20 columns
MAX_PART_RATIO = 200  # sheets pack 10 to 40 times
MAX_PARTS = 2_000
MAX_ROWS = 300_000
MAX_COLUMNS = 256
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]|^%PDF|^\{\\rtf")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml", re.IGNORECASE)
# That holds something: colours and borders are often drawn down to the last line of a sheet.
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="[A-Z]{1,3}([0-9]{1,10})"(?:[^>]*[^>/])?>')


class FileKind(StrEnum):
    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    CSV = "csv"


@dataclass(frozen=True)
class Container:
    """`has_extras`: the file has to be looked through for what the reader does not tell: errors of
    formulas, formulas without their results, and merged ranges of .ods."""

    kind: FileKind
    has_extras: bool = False


def container_of(path: Path) -> Container:
    """By content; raises Unreadable for what is no spreadsheet or not safe to open."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        raise Unreadable(FileProblem.MISSING) from None
    if not head.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise Unreadable(FileProblem.EMPTY)
    if size > MAX_BYTES:
        raise Unreadable(FileProblem.TOO_LARGE, size=size, limit=MAX_BYTES)
    if head.startswith(b"PK"):
        return _in_zip(path)
    if head.startswith(_OLE):
        return Container(_in_ole(path), has_extras=True)
    if re.search(rb"<(?:html|table|\?xml|!doctype)", head[:1024].lower()):
        raise Unreadable(FileProblem.WEB_PAGE)
    if path.suffix.lower() not in (".csv", ".txt", ".tsv") and not _is_text_of_a_table(path, head):
        raise Unreadable(FileProblem.NOT_A_SPREADSHEET)
    return Container(FileKind.CSV)


def _is_text_of_a_table(path: Path, head: bytes) -> bool:
    """Programs of offices save text under the names of spreadsheets, parted by tabs or commas."""
    if path.suffix.lower() not in (".xls", ".xlsx", ".et") or _NO_TEXT.search(head):
        return False
    lines = head.splitlines()[:5]
    return len(lines) > 1 and any(all(mark in line for line in lines[:2]) for mark in (b"\t", b","))


def _in_ole(path: Path) -> FileKind:
    """Old binary files, and new ones that a password encloses."""
    content = path.read_bytes()
    if _utf16("EncryptedPackage") in content:
        raise Unreadable(FileProblem.PASSWORD)
    if _utf16("_VBA_PROJECT") in content:
        raise Unreadable(FileProblem.MACROS)
    if _utf16("Workbook") not in content and _utf16("Book") not in content:
        raise Unreadable(FileProblem.NOT_A_SPREADSHEET)
    return FileKind.XLS


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _in_zip(path: Path) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect(archive)
    except Unreadable:
        raise
    except Exception:  # `zipfile` raises nearly anything for a broken file
        raise Unreadable(FileProblem.DAMAGED) from None


def _inspect(archive: zipfile.ZipFile) -> Container:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    lower = {name.lower() for name in names}
    if len(parts) > MAX_PARTS:
        raise Unreadable(FileProblem.UNPACKS_TOO_LARGE)
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > 2**20 and ratio > MAX_PART_RATIO:
            raise Unreadable(FileProblem.UNPACKS_TOO_LARGE)
        if part.flag_bits & 1:
            raise Unreadable(FileProblem.PASSWORD)
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(FileProblem.UNPACKS_TOO_LARGE)
    if any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in lower):
        raise Unreadable(FileProblem.MACROS)
    kind = _kind_of_parts(archive, lower)
    has_extras = False
    for part in parts:
        if _SHEET.fullmatch(part.filename):
            has_extras |= _measure(archive, part)
    return Container(kind, has_extras)


def _kind_of_parts(archive: zipfile.ZipFile, names: set[str]) -> FileKind:
    if "xl/workbook.xml" in names or any(name.startswith("xl/worksheets/") for name in names):
        return FileKind.XLSX
    if "content.xml" in names and "mimetype" in names:
        manifest = b""
        if "META-INF/manifest.xml" in archive.namelist():
            manifest = archive.read("META-INF/manifest.xml")[: 2**20]
        if b"encryption-data" in manifest:
            raise Unreadable(FileProblem.PASSWORD)
        if b"spreadsheet" in archive.read("mimetype")[:200]:
            return FileKind.ODS
    raise Unreadable(FileProblem.NOT_A_SPREADSHEET)


def _measure(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Unpacks once without keeping: the true size, the number of the last row that holds
    something; tells whether there are extras."""
    read, tail, has_extras = 0, b"", False
    with archive.open(part) as stream:
        while block := stream.read(2**20):
            read += len(block)
            if read > MAX_UNPACKED:
                raise Unreadable(FileProblem.UNPACKS_TOO_LARGE)
            has_extras = has_extras or _has_mark(block) or _has_mark(tail[-40:] + block[:40])
            tail = tail[-65536:] + block if len(block) < 65536 else block
    found = _CELL.findall(tail)
    if found and int(found[-1]) > MAX_ROWS:
        raise Unreadable(FileProblem.TOO_MANY_ROWS, found=int(found[-1]), limit=MAX_ROWS)
    return has_extras


def _has_mark(text: bytes) -> bool:
    """Plain words are found many times faster than patterns."""
    return (
        any(mark in text for mark in (error_cells.MARK, ods_extras.ERROR))
        or (ods_extras.SPANNED in text and bool(ods_extras.OVER_OTHERS.search(text)))
        or (ods_extras.FORMULA in text and bool(ods_extras.UNKEPT.search(text)))
        or error_cells.may_lack_results(text)
    )
