"""One reader for each kind of column: a cell → what it means. Raises BadCell."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from children.rules import identifiers, names
from children.rules.identifiers import IdentifierError, Problem
from exchange.reading import values
from exchange.reading.problems import BadCell, CellProblem
from exchange.reading.values import Month
from exchange.reading.workbook import Cell

from .columns import Column, Kind

Reader = Callable[[Cell], Any]
_ID_PROBLEMS = {
    Problem.LENGTH: CellProblem.ID_LENGTH,
    Problem.CHARACTER: CellProblem.ID_CHARACTER,
    Problem.CHECK: CellProblem.ID_CHECK_DIGIT,
    Problem.DATE: CellProblem.ID_DATE,
    Problem.SPREADSHEET: CellProblem.ID_LOST_DIGITS,
    Problem.KIND: CellProblem.CERTIFICATE_KIND,
}
MOST = 500  # characters of a text
EARLIEST = date(1900, 1, 1)


def name(cell: Cell) -> str:
    written = values.text(cell)
    if values.is_nothing(written):
        return ""
    cleaned = _clean_name(cell if type(cell) is str else written)
    if cleaned is None:
        raise BadCell(CellProblem.NAME_CHARACTER)
    return cleaned


@lru_cache(maxsize=50_000)
def _clean_name(written: str) -> str | None:
    cleaned = names.clean(written.strip().lstrip("'"))
    return None if names.problem(cleaned) else cleaned


def id_number(today: date) -> Reader:
    def read(cell: Cell) -> Any:
        written = values.number_text(cell)
        if values.is_nothing(written):
            return None
        try:
            return identifiers.parse_resident_id(written, today)
        except IdentifierError as error:
            raise BadCell(_ID_PROBLEMS[error.problem], length=len(written)) from None

    return read


def any_id_number(cell: Cell) -> str:
    """Text alone: what kind of number it is, another column says."""
    written = values.number_text(cell)
    return "" if values.is_nothing(written) else identifiers.normalise(written)


def certificate(today: date) -> Reader:
    def read(cell: Cell) -> Any:
        written = values.number_text(cell)
        if values.is_nothing(written):
            return None
        try:
            return identifiers.parse_certificate(written, today)
        except IdentifierError as error:
            problem = _ID_PROBLEMS[error.problem]
            if problem is CellProblem.ID_LENGTH:
                problem = CellProblem.CERTIFICATE_LENGTH
            raise BadCell(problem, length=len(written)) from None

    return read


def roll_number(cell: Cell) -> str:
    written = values.number_text(cell)
    if values.is_nothing(written):
        return ""
    try:
        return identifiers.parse_roll_number(written)
    except IdentifierError as error:
        lost = error.problem is Problem.SPREADSHEET
        raise BadCell(CellProblem.ID_LOST_DIGITS if lost else CellProblem.ROLL_NUMBER) from None


_SCHOOL_KINDS = ("11", "21", "22", "31", "32", "33", "34", "35", "36", "37", "41", "42", "51",
                 "91", "92", "93")  # fmt: skip


def school_code(cell: Cell) -> str:
    """10 digits: kind, province, sequence. Domain reference 8.2."""
    written = identifiers.normalise(values.number_text(cell))
    if written and not (re.fullmatch(r"\d{10}", written) and written[:2] in _SCHOOL_KINDS):
        raise BadCell(CellProblem.SCHOOL_CODE)
    return written


def phone(cell: Cell) -> str:
    written = values.text(cell)
    if values.is_nothing(written):
        return ""
    if type(cell) is float:
        raise BadCell(CellProblem.PHONE)
    try:
        return identifiers.parse_phone(re.split(r"[/,，、;；]|\s或\s?", written)[0])
    except IdentifierError:
        raise BadCell(CellProblem.PHONE) from None


def day(is_1904: bool, latest: date | None) -> Reader:
    """`latest` is the last day that may stand there."""

    def read(cell: Cell) -> date | Month | None:
        if type(cell) is str and values.text(cell) in ("长期", "长期有效", "永久", "至今"):
            return None
        found = values.day_or_month(cell, is_1904)
        first = date(found.year, found.months[0], 1) if isinstance(found, Month) else found
        if first is None:
            return None
        if first < EARLIEST:
            raise BadCell(CellProblem.DATE_TOO_EARLY)
        if latest is not None and first > latest:
            raise BadCell(CellProblem.DATE_FUTURE)
        if first.year > 2199:
            raise BadCell(CellProblem.DATE_STYLE)
        return found

    return read


_UNITS = re.compile(
    r"^(?:人民币|rmb)?[¥￥]?|[,，\s]|(?:[元圆]整?(?:/[月年次人])?|\(元\)|天|次|人|公里|千米|km)$"
)
_PLAIN = re.compile(r"\d{1,12}(\.\d{1,6})?")
_NEGATIVE = re.compile(rf"[-−]{_PLAIN.pattern}|[-−]?\({_PLAIN.pattern}\)")


def number(cell: Cell) -> float | None:
    """Money, days, kilometres: none of them lies below nothing."""
    if type(cell) in (int, float):
        if cell < 0:
            raise BadCell(CellProblem.NEGATIVE)
        return float(cell)
    written = values.text(cell)
    if values.is_nothing(written):
        return None
    plain = _UNITS.sub("", written.lower())
    if _NEGATIVE.fullmatch(plain):
        raise BadCell(CellProblem.NEGATIVE)
    if not _PLAIN.fullmatch(plain):
        raise BadCell(CellProblem.NUMBER)
    return float(plain)


def hours(cell: Cell) -> float | None:
    """As the form has them: from 0.5 to 12, one decimal at most."""
    written = re.sub(r"(个?小时|课时|学时|h)$", "", values.text(cell).lower())
    try:
        found = number(cell if type(cell) in (int, float) else written)
    except BadCell:
        raise BadCell(CellProblem.HOURS) from None
    if found is not None and (not 0.5 <= found <= 12 or found != round(found, 1)):
        raise BadCell(CellProblem.HOURS)
    return found


def words(cell: Cell) -> str:
    written = values.text(cell)
    if len(written) > MOST:
        raise BadCell(CellProblem.TOO_LONG, limit=MOST)
    return written


def code(meanings: Mapping[str, str]) -> Reader:
    known: dict[Any, str] = {}

    def read(cell: Cell) -> str:
        if cell not in known:
            known[cell] = values.code(cell, meanings)  # the same few cells over and over
        return known[cell]

    return read


def yes_or_code(meanings: Mapping[str, str]) -> Reader:
    """Yes, no, or in place of yes the name of what is asked about."""

    def read(cell: Cell) -> bool | str | None:
        try:
            return values.yes_or_no(cell)
        except BadCell:
            try:
                return values.code(cell, meanings) or None
            except BadCell:
                raise BadCell(CellProblem.YES_OR_NO) from None

    return read


def codes(meanings: Mapping[str, str]) -> Reader:
    one = code(meanings)

    def read(cell: Cell) -> tuple[str, ...]:
        written = values.text(cell)
        if not written:
            return ()
        try:
            whole = one(written)
        except BadCell:
            parts = [part for part in re.split(r"[、,，;；+/\n]|\s+", written) if part]
            return tuple(dict.fromkeys(filter(None, map(one, parts))))
        return (whole,) if whole else ()

    return read


def reader_of(
    column: Column, tables: Mapping[str, Mapping[str, str]], today: date, is_1904: bool
) -> Reader:
    meanings = tables.get(column.table, {})
    makers: dict[Kind, Callable[[], Reader]] = {
        Kind.SERIAL: lambda: lambda cell: None,
        Kind.NAME: lambda: name,
        Kind.ID_NUMBER: lambda: id_number(today),
        Kind.ANY_ID_NUMBER: lambda: any_id_number,
        Kind.CERTIFICATE: lambda: certificate(today),
        Kind.ROLL_NUMBER: lambda: roll_number,
        Kind.SCHOOL_CODE: lambda: school_code,
        Kind.PHONE: lambda: phone,
        Kind.DATE: lambda: day(is_1904, today),
        Kind.ANY_DATE: lambda: day(is_1904, None),
        Kind.MONTH: lambda: day(is_1904, None),
        Kind.CODE: lambda: code(meanings),
        Kind.CODES: lambda: codes(meanings),
        Kind.YES_NO: lambda: yes_or_code(meanings) if meanings else values.yes_or_no,
        Kind.NUMBER: lambda: number,
        Kind.HOURS: lambda: hours,
        Kind.AREA: lambda: words,
        Kind.TEXT: lambda: words,
    }
    return makers[column.kind]()
