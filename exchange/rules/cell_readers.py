"""One reader for each kind of column: a cell → what it means. Raises BadCell."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from children.rules import identifiers, names
from children.rules.identifiers import IdentifierError, Problem
from children.rules.surnames import COMPOUND_SURNAMES, READ_AS_USUAL, SURNAME_READINGS
from exchange.reading import values
from exchange.reading.problems import BadCell, CellProblem
from exchange.reading.values import Month
from exchange.reading.workbook import Cell

from .code_readers import GRADES, Reader, code, codes, grade_of_school, yes_or_code, yes_or_named
from .columns import Column, Kind

ID_PROBLEMS = {
    Problem.LENGTH: CellProblem.ID_LENGTH,
    Problem.CHARACTER: CellProblem.ID_CHARACTER,
    Problem.CHECK: CellProblem.ID_CHECK_DIGIT,
    Problem.DATE: CellProblem.ID_DATE,
    Problem.SPREADSHEET: CellProblem.ID_LOST_DIGITS,
    Problem.KIND: CellProblem.CERTIFICATE_KIND,
}
MOST = 500  # characters of a text
EARLIEST = date(1900, 1, 1)


# What is said of whoever bears the name, behind it.
_REMARK = re.compile(r"\s*[(（](?:户主|本人|男|女)[)）]\s*$")
_IS_DEAD = re.compile(r"\s*[(（](?:已故|亡故|已去世|去世|死亡|已死亡|已亡|亡|殁)[)）]\s*$")
# In place of a number that nobody has.
_NO_NUMBER = re.compile(
    r"(?:暂)?(?:无|没有|未办|未办理|未上户|未注册|待办|待补|(?:正在)?办理中|补办中)"
    r"|(?:暂)?无(?:身份证|户口|证|证件|号码|学籍|学籍号|残疾证)|临时学籍|正在办理"
)


# By which a village tells namesakes apart: 张三1, 张三（大）.
_NUMBERED = re.compile(r"([^\d()]{2,}?)\s*(?:\d{1,2}|\((?:\d{1,2}|[一二三四五大小甲乙丙])\))")


def _is_no_number(written: str) -> bool:
    return values.is_nothing(written) or bool(_NO_NUMBER.fullmatch(written))


# Nearly every cell of a long list: what follows would say the same of it.
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_PLAIN_MOBILE = re.compile("1[3-9][0-9]{9}")
_PLAIN_ID = re.compile("[0-9]{17}[0-9X]")


def name(cell: Cell) -> str:
    if type(cell) is str and _PLAIN_NAME.fullmatch(cell):
        return "" if values.is_nothing(cell) else cell
    cell = _dotted(cell)
    written = values.text(cell)
    if values.is_nothing(written):
        return ""
    if _names_several(cell):
        raise BadCell(CellProblem.NAME_SEVERAL)
    cleaned = _clean_name(_REMARK.sub("", cell if type(cell) is str else written))
    if cleaned is None:
        is_numbered = _NUMBERED.fullmatch(written)
        raise BadCell(CellProblem.NAME_NUMBERED if is_numbered else CellProblem.NAME_CHARACTER)
    return cleaned


# Between people in one cell; a space alone stands inside names, too.
_BETWEEN_PEOPLE = re.compile(r"\s*[、,，;；/／\n\r]+\s*|\s+")
_ONE_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}")


def _names_several(cell: Cell) -> bool:
    """张三、李四: each part is a name. 欧阳 明明 and 张 三 are one, 买买提·艾力 has no space."""
    if type(cell) is not str or not _BETWEEN_PEOPLE.search(cell.strip()):
        return False
    parts = _BETWEEN_PEOPLE.split(cell.strip())
    if not all(_ONE_PERSON.fullmatch(part) for part in parts):
        return False
    return not (len(parts) == 2 and parts[0] in COMPOUND_SURNAMES)


_HALVES = re.compile(r"\s*([\u3400-\u9fff]{2,})[ \u3000]+([\u3400-\u9fff]{2,})\s*")


def _dotted(cell: Cell) -> Cell:
    """阿卜杜拉 买买提: a space in place of the `·` between two halves. Whoever names two people
    begins with a surname; 小明 小红 are too short to tell."""
    found = _HALVES.fullmatch(cell) if type(cell) is str else None
    if found is None:
        return cell
    first, second = found.groups()
    if _begins_with_surname(first):
        is_one = len(first) >= 4 and not _begins_with_surname(first[2:])
        is_one = is_one and first[:2] not in COMPOUND_SURNAMES
    else:
        is_one = len(first) + len(second) > 4
    return f"{first}·{second}" if is_one else cell


def _begins_with_surname(name: str) -> bool:
    return name[0] in READ_AS_USUAL or name[0] in SURNAME_READINGS or name[:2] in COMPOUND_SURNAMES


def name_without_number(cell: Cell) -> str:
    """Of a name that was refused as numbered; "" where nothing is a name."""
    found = _NUMBERED.fullmatch(values.text(cell))
    return (_clean_name(found[1]) or "") if found else ""


def says_dead(cell: Cell) -> bool:
    """Behind the name: 张三（已故）."""
    return type(cell) is str and bool(_IS_DEAD.search(cell))


def name_of_dead(cell: Cell) -> str:
    """Of people who may have died. Of anybody else the word must not get lost: the name is refused
    with it."""
    return name(_IS_DEAD.sub("", cell) if type(cell) is str else cell)


@lru_cache(maxsize=50_000)
def _clean_name(written: str) -> str | None:
    cleaned = names.clean(written.strip().lstrip("'"))
    return None if names.problem(cleaned) else cleaned


def id_number(today: date) -> Reader:
    def read(cell: Cell) -> Any:
        written = _number(cell)
        if not written:
            return None
        try:
            return identifiers.parse_resident_id(written, today)
        except IdentifierError as error:
            raise BadCell(problem_of_id(error, written), length=len(written)) from None

    return read


_IS_ID = re.compile(r"^(?:公民身份号码|身份证号?码?|证件号码?|id)\s*:\s*(?=\d)", re.IGNORECASE)
_ONE_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_IDS = re.compile(r"(?:\d{17}[\dXx]){2,}")


def problem_of_id(error: IdentifierError, written: str) -> CellProblem:
    is_of_several = len(_ONE_ID.findall(written)) > 1 or _IDS.fullmatch(written)
    return CellProblem.ID_SEVERAL if is_of_several else ID_PROBLEMS[error.problem]


def any_id_number(cell: Cell) -> str:
    """Text alone: what kind of number it is, another column says."""
    return identifiers.normalise(_number(cell))


def _number(cell: Cell) -> str:
    """As written; empty for «none yet»."""
    if type(cell) is str and _PLAIN_ID.fullmatch(cell):
        return cell
    written = _IS_ID.sub("", values.number_text(cell))
    return "" if _is_no_number(written) else written


def certificate(today: date) -> Reader:
    def read(cell: Cell) -> Any:
        written = values.number_text(cell)
        if _is_no_number(written):
            return None
        try:
            return identifiers.parse_certificate(written, today)
        except IdentifierError as error:
            problem = ID_PROBLEMS[error.problem]
            if problem is CellProblem.ID_LENGTH:
                problem = CellProblem.CERTIFICATE_LENGTH
            raise BadCell(problem, length=len(written)) from None

    return read


def roll_number(cell: Cell) -> str:
    written = values.number_text(cell)
    if _is_no_number(written):
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
    written = values.number_text(cell).removesuffix(".0")
    if _is_no_number(written):
        return ""
    written = identifiers.normalise(written)
    if not (re.fullmatch(r"\d{10}", written) and written[:2] in _SCHOOL_KINDS):
        raise BadCell(CellProblem.SCHOOL_CODE)
    return written


_NO_PHONE = ("没有", "停机", "空号")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def phone(cell: Cell) -> str:
    """The first, also beside the word whose it is: 13800000000(爷爷)."""
    if type(cell) is str and _PLAIN_MOBILE.fullmatch(cell):
        return cell
    written = values.text(cell).removesuffix(".0")
    if values.is_nothing(written) or re.fullmatch(
        "(?:暂)?[无没](?:有)?(?:电话|手机)(?:号码?)?", written
    ):
        return ""
    if written in _NO_PHONE:
        return ""
    if type(cell) is float:
        raise BadCell(CellProblem.PHONE)
    mobiles = _MOBILE.findall(written)
    if mobiles and not re.search(r"\d", _MOBILE.sub("", written)):
        return mobiles[0]
    try:
        return identifiers.parse_phone(re.split(r"[/,，、;；]|\s或\s?", written)[0])
    except IdentifierError:
        raise BadCell(CellProblem.PHONE) from None


_NO_END = frozenset([
    "长期", "长期有效", "永久", "至今", "无期", "无期徒刑", "死缓", "终身", "在享", "未退出",
    "待定", "在保", "保障中", "享受中", "正常享受", "未终止", "未停保",
])  # fmt: skip


def day(is_1904: bool, latest: date | None) -> Reader:
    """`latest` is the last day that may stand there."""

    def read(cell: Cell) -> date | Month | None:
        if type(cell) is str and values.text(cell) in _NO_END:
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
    r"^(?:人民币|rmb|每?月|连续|累计|共)?[¥￥]?|[,，\s]"
    r"|(?:[元圆]整?(?:/[月年次人户])?|/[月年次人户]|\(元\)|个?工作日|[天日]|次|人|公里|千米|km)$"
)
_PLAIN = re.compile(r"\d{1,12}(\.\d{0,6})?")
_TEN_THOUSANDS = re.compile(r"(\d{1,8}(?:\.\d{1,6})?)万")
_DAYS = re.compile("(半|[一二两三四五六七八九]|十[一二三四五六七八九]?)天")
_FIGURES = {figure: number for number, figure in enumerate("一二三四五六七八九十", 1)} | {
    "两": 2, "半": 0.5,
}  # fmt: skip
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
    if found := _DAYS.fullmatch(written):
        return float(sum(_FIGURES[figure] for figure in found[1]))
    plain = _UNITS.sub("", written.lower())
    if found := _TEN_THOUSANDS.fullmatch(plain):
        return round(float(found[1]) * 10_000, 2)
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


def words_or_nothing(cell: Cell) -> str:
    """An address of 无 is none."""
    written = words(cell)
    return "" if values.is_nothing(written) else written


ADMITTED_TO = ("admissions", "school")  # kind of list and its column
_NOT_ADMITTED = re.compile(
    "(?:暂|尚|还)?(?:未|没有|没被|不)(?:被)?(?:录取|上线|录)|未?待录取|落榜|落选|待定|待录|复读|弃考|未报考|没有|放弃录取"
)


def school_admitted(cell: Cell) -> str:
    """An empty cell is left to be told as one; a stroke says that nobody was admitted."""
    written = words(cell)
    if written and (values.is_nothing(written) or _NOT_ADMITTED.fullmatch(written)):
        raise BadCell(CellProblem.NOT_ADMITTED)
    return written


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
        Kind.CODE: lambda: (
            grade_of_school(meanings) if column.table == GRADES else code(meanings, column.table)
        ),
        Kind.CODES: lambda: codes(meanings, column.table),
        Kind.YES_NO: lambda: (
            yes_or_code(meanings, column.table) if meanings else yes_or_named(column.headings)
        ),
        Kind.NUMBER: lambda: number,
        Kind.HOURS: lambda: hours,
        Kind.AREA: lambda: words,
        Kind.TEXT: lambda: words,
    }
    return makers[column.kind]()
