"""Spreadsheets as people make them: cells laid out here, the file written by LibreOffice itself."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

HOW_TO_GET_IT = "no soffice found; on Debian: apt-get install libreoffice-calc-nogui"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}"'
    for short, long in (
        ("office", "office:1.0"), ("table", "table:1.0"), ("text", "text:1.0"),
        ("style", "style:1.0"), ("number", "datastyle:1.0"), ("of", "of:1.2"),
    )
)  # fmt: skip
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMES} office:version="1.3"'
    ' office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>'
    '<number:date-style style:name="ymd"><number:year number:style="long"/><number:text>年'
    "</number:text><number:month/><number:text>月</number:text><number:day/><number:text>日"
    '</number:text></number:date-style><style:style style:name="day" style:family="table-cell"'
    ' style:data-style-name="ymd"/></office:automatic-styles><office:body><office:spreadsheet>'
)
_TAIL = "</office:spreadsheet></office:body></office:document>"


@dataclass(frozen=True)
class Merged:
    """A cell over others, which are None in the rows."""

    text: str
    down: int = 1
    across: int = 1


@dataclass(frozen=True)
class Formula:
    text: str


def find_office() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def flat(path: Path, sheets: Mapping[str, Iterable[list[Any]]]) -> Path:
    """A flat .fods, from which LibreOffice makes files of other kinds."""
    path.write_text(
        _HEAD + "".join(_table(name, rows) for name, rows in sheets.items()) + _TAIL, "utf-8"
    )
    return path


def convert(paths: Iterable[Path], ending: str, folder: Path) -> None:
    """All at once, by a LibreOffice with a profile of its own; names stay, but for the ending."""
    program = find_office()
    assert program, HOW_TO_GET_IT
    profile = folder / "profile"
    subprocess.run(
        [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", ending,
         "--outdir", str(folder), *map(str, paths)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


def _table(name: str, rows: Iterable[list[Any]]) -> str:
    lines, covered = [], set()
    for number, row in enumerate(rows):
        cells = []
        for column, cell in enumerate(row):
            if isinstance(cell, Merged):
                covered |= {
                    (number + down, column + across)
                    for down in range(cell.down)
                    for across in range(cell.across)
                } - {(number, column)}
            hidden = (number, column) in covered
            cells.append("<table:covered-table-cell/>" if hidden else _cell(cell))
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f'<table:table table:name="{escape(name)}">{"".join(lines)}</table:table>'


def _cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, Formula):
        return f'<table:table-cell table:formula="of:={escape(cell.text)}"/>'
    if isinstance(cell, date):
        return (
            '<table:table-cell table:style-name="day" office:value-type="date"'
            f' office:date-value="{cell.isoformat()}"/>'
        )
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'
    spanned = ""
    if isinstance(cell, Merged):
        spanned = (
            f' table:number-rows-spanned="{cell.down}" table:number-columns-spanned="{cell.across}"'
        )
        cell = cell.text
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
    return f'<table:table-cell office:value-type="string"{spanned}>{paragraphs}</table:table-cell>'
