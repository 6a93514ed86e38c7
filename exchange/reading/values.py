"""Single cells: what was meant, or why that cannot be known. Nothing is guessed.

Styles of dates: domain reference 9.2. A date cell comes as (year, month, day).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from .problems import NOT_KEPT, BadCell, CellProblem
from .workbook import Cell

_ERRORS = re.compile(r"#(?:N/A|REF!?|VALUE!?|NAME\??|DIV/0!?|NUM!?|NULL!?|SPILL!?)|Err:\d+", re.I)
_NOTHING = frozenset(
    ["无", "—", "-", "--", "/", "\\", "空", "不详", "未知", "暂无", "none", "null", "n/a"]
)
_DAY_1900, _DAY_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SERIALS = range(3_654, 73_051)  # 1910 to 2099; 1 to 2100 are taken for years


@dataclass(frozen=True)
class Month:
    """A date of which only the month is known; `months` are the two that 2015.1 may mean."""

    year: int
    months: tuple[int, ...]

    def covers(self, day: date) -> bool:
        return day.year == self.year and day.month in self.months


def text(cell: Cell) -> str:
    """As written, in plain width, without stray spaces and invisible characters."""
    if cell is None:
        return ""
    if type(cell) is tuple:
        return f"{cell[0]:04}-{cell[1]:02}-{cell[2]:02}"
    if type(cell) is bool:
        return "1" if cell else "0"
    if type(cell) is not str:
        return repr(cell) if isinstance(cell, float) else str(cell)
    is_plain = cell.isascii() and cell == cell.strip() and "  " not in cell
    found = cell if is_plain else _plain(cell)
    if is_error(found):
        raise BadCell(CellProblem.ERROR_VALUE)
    if found == NOT_KEPT:
        raise BadCell(CellProblem.NOT_CALCULATED)
    return found.lstrip("'") if found.startswith("'") else found


# In plain width, where ″ is two primes.
_AS_ABOVE = frozenset(["同上", "同前", "如上", "同上行", "同上格", "〃", "′′", '"'])
_MAY_BE_AS_ABOVE = re.compile('[同如〃″′"＂]')  # all names of a list would be made plain in vain


def is_as_above(cell: Cell) -> bool:
    """Stands for another cell, which after sorting nobody knows."""
    if type(cell) is not str or len(cell) > 7 or not _MAY_BE_AS_ABOVE.search(cell):
        return False
    return _plain(cell) in _AS_ABOVE


def is_error(written: str) -> bool:
    """What a spreadsheet shows of a formula that failed."""
    return written.startswith(("#", "Err")) and bool(_ERRORS.fullmatch(written))


@lru_cache(maxsize=20_000)
def _plain(cell: str) -> str:
    cell = unicodedata.normalize("NFKC", cell)
    cell = re.sub("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]", "", cell)
    return " ".join(cell.split())


def number_text(cell: Cell) -> str:
    """The text of an ID, card or certificate number; refuses numbers that lost their digits."""
    if type(cell) is float or (type(cell) is int and abs(cell) >= 10**15):
        raise BadCell(CellProblem.ID_LOST_DIGITS)
    return text(cell)


def is_nothing(written: str) -> bool:
    """Strokes and words that stand for an empty cell."""
    return not written or written.lower() in _NOTHING


_BETWEEN = r"\s*(?:[-./,，、。\\_—–－ ]|\.\.|{})\s*"
_YMD = re.compile(
    rf"(\d{{4}}){_BETWEEN.format('年')}(\d{{1,2}}){_BETWEEN.format('月')}(\d{{1,2}})\s*[日号]?"
)
_YM = re.compile(
    rf"(\d{{4}}){_BETWEEN.format('年')}(\d{{1,2}})\s*(?:月份?(?:[上中下]旬|[初中底末])?)?"
)
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_PART_OF_DAY = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜间|夜里|深夜|半夜|晨|早|晚|夜"
_CLOCK = re.compile(  # 上午, 下午3时20分 and 3点半, below a day or after a space
    rf"(?:(?<=[日号\s])|(?<=\d)(?={_PART_OF_DAY}))\s*(?:{_PART_OF_DAY})?\s*(?:\d{{1,2}}(?:"
    r"\s*[时点](?:\s*\d{1,2}\s*分?(?:\s*\d{1,2}\s*秒)?|半|许|钟|整)?|:\d{2}(?::\d{2})?))?$"
)
_AROUND = re.compile(
    r"^(?:自|从|至|公历|阳历|新历|(?:出)?生于)\s*(?=\d)"
    r"|(?<=[\d日号月])\s*(?:起始|开始|起|止|出生|生|[.。,，、/])+$"
)
_STAMP = re.compile(r"(\d{8})(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
_DMY = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_SHORT = re.compile(r"\d{2}[-./年]\d{1,2}[-./月]\d{1,2}日?")
_MONTH, _DAY = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_NO_YEAR = re.compile(rf"{_MONTH}(?:月份?|\s*[-./月]\s*{_DAY}\s*[日号]?)")
# Of several days in one cell, the later ones perhaps without year: 2026.3.2、3.4, 3/2、3/4.
_ONE_DAY = re.compile(
    rf"(?<!\d)(?:\d{{4}}\s*[-./年]\s*)?{_MONTH}\s*[-./月]\s*{_DAY}(?!\d)\s*[日号]?"
    r"|(?<!\d)(?:19|20)\d{6}(?!\d)"
)
_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def day_or_month(cell: Cell, is_1904: bool = False) -> date | Month | None:
    """None for an empty cell. Raises BadCell."""
    if cell is None:
        return None
    if type(cell) is tuple:
        return _day(*cell)
    if type(cell) is int or type(cell) is float:
        return _from_number(cell, is_1904)
    written = text(cell)
    if is_nothing(written):
        return None
    return _from_text(written, is_1904)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell(CellProblem.DATE_IMPOSSIBLE) from None


def _month(year: int, *months: int) -> Month:
    if not all(1 <= month <= 12 for month in months):
        raise BadCell(CellProblem.DATE_IMPOSSIBLE)
    return Month(year, months)


def _from_number(number: float, is_1904: bool) -> date | Month:
    if number == int(number):
        digits = str(int(number))
        if len(digits) == 8 or _STAMP.fullmatch(digits):
            return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        if len(digits) == 6 and digits[:2] in ("19", "20") and 1 <= int(digits[4:]) <= 12:
            return _month(int(digits[:4]), int(digits[4:]))
    elif 1900 <= number < 2100:  # 2015.3; and 2015.1, which may have been 2015.10
        year, _, part = repr(number).partition(".")
        if len(part) <= 2:
            return _month(int(year), *((1, 10) if part == "1" else (int(part),)))
    if int(number) in _SERIALS:
        first = _DAY_1904 if is_1904 else _DAY_1900
        return first + timedelta(days=int(number))
    raise BadCell(CellProblem.DATE_STYLE)


@lru_cache(maxsize=50_000)
def _from_text(written: str, is_1904: bool) -> date | Month:
    written = _TIME.sub("", written)
    if re.search("[〇○零一二三四五六七八九十]", written):
        written = _without_chinese_numerals(written)
    written = _AROUND.sub("", _CLOCK.sub("", written))
    if found := _STAMP.fullmatch(written):
        written = found[1]
    if found := _YMD.fullmatch(written):
        return _day(*map(int, found.groups()))
    if found := re.fullmatch(r"(\d{4})[./-](\d{2})(\d{2})", written):
        return _day(*map(int, found.groups()))
    if re.fullmatch(r"\d{8}(\.0+)?", written):
        return _day(int(written[:4]), int(written[4:6]), int(written[6:8]))
    if found := _YM.fullmatch(written):
        return _month(int(found[1]), int(found[2]))
    if re.fullmatch(r"(19|20)\d{2}(0[1-9]|1[0-2])", written):
        return _month(int(written[:4]), int(written[4:]))
    if re.fullmatch(r"(19|20)\d{2}年?", written):
        raise BadCell(CellProblem.DATE_INCOMPLETE)
    if found := _DMY.fullmatch(written):
        return _day_first_or_month_first(*map(int, found.groups()))
    if _SHORT.fullmatch(written):
        raise BadCell(CellProblem.DATE_AMBIGUOUS)
    if _NO_YEAR.fullmatch(written):
        raise BadCell(CellProblem.DATE_NO_YEAR)
    if re.fullmatch(r"\d{5}(\.\d+)?", written):
        return _from_number(float(written), is_1904)
    if len(_ONE_DAY.findall(written)) > 1:
        raise BadCell(CellProblem.DATE_SEVERAL)
    raise BadCell(CellProblem.DATE_STYLE)


def _day_first_or_month_first(first: int, second: int, year: int) -> date:
    if first > 12 or first == second:
        return _day(year, second, first)
    if second > 12:
        return _day(year, first, second)
    raise BadCell(CellProblem.DATE_AMBIGUOUS)


def _without_chinese_numerals(written: str) -> str:
    """二〇一五年三月十七日 → 2015年3月17日."""

    def number(found: re.Match[str]) -> str:
        tens, _, ones = found[0].partition("十")
        return (tens or "1") + (ones or "0") if len(tens) < 2 else found[0]

    written = re.sub("[一二三]?十[一二三四五六七八九]?", number, written)
    return written.translate(_CHINESE)


YES = frozenset(
    ["是", "是的", "有", "1", "y", "yes", "true", "t", "√", "✓", "✔", "☑", "对", "已", "v", "on"]
)
NO = frozenset(
    [
        "否",
        "无",
        "0",
        "n",
        "no",
        "false",
        "f",
        "×",
        "✗",
        "✘",
        "x",
        "☐",
        "□",
        "错",
        "未",
        "没有",
        "不是",
        "非",
        "off",
        "-",
        "—",
        "/",
    ]
)


def yes_or_no(cell: Cell) -> bool | None:
    """None for an empty cell; "1-是" and "否(0)" are read by both halves."""
    written = text(cell).lower()
    if not written or written in _NOTHING - NO:
        return None
    halves = {written} if written in YES or written in NO else set(parts(written))
    answers = {half in YES for half in halves if half in YES or half in NO}
    if len(answers) == 1:
        return answers.pop()
    raise BadCell(CellProblem.CODE_CONTRADICTS if answers else CellProblem.YES_OR_NO)


def parts(written: str) -> list[str]:
    """ "特困人员-7131", "7131 特困人员", "1.男" and "男(1)" in their halves."""
    return [part for part in re.split(r"[-—–_:/|.、()\[\]【】（）\s]+", written) if part]


_DATED = re.compile(
    r"^(?:19|20)\d{2}(?:年|[./-](?=\d))(?:\d{1,2}(?:月|[./-](?=\d)|(?=\D)))?(?:\d{1,2}[日号]?)?"
)
MOST_CHOICES = 8  # a longer table is looked up, not read out


def _choices(meanings: Mapping[str, str]) -> dict[str, str]:
    """The first Chinese name of each meaning of a short table."""
    first: dict[str, str] = {}
    for written, meaning in meanings.items():
        if written[0] > "〇":
            first.setdefault(meaning, written)
    return {"choices": "、".join(first.values())} if len(first) <= MOST_CHOICES else {}


def code(cell: Cell, meanings: Mapping[str, str]) -> str:
    """The meaning of a cell, "" for an empty one.

    Name, code, or both in either order; both must mean the same.
    """
    written = text(cell)
    if not written:
        return ""
    squeezed = written.lower().replace(" ", "")
    if squeezed in meanings:
        return meanings[squeezed]
    found = {meanings[part] for part in parts(written.lower()) if part in meanings}
    if not found and (undated := _DATED.sub("", squeezed)) in meanings:  # 2019年3月去世
        return meanings[undated]
    if not found:  # 1男, 男1
        glued = re.fullmatch(r"(\d+)(\D+)|(\D+)(\d+)", squeezed)
        halves = [half for half in glued.groups() if half] if glued else []
        found = {meanings[half] for half in halves if half in meanings}
    if len(found) == 1:
        return found.pop()
    if found:
        raise BadCell(CellProblem.CODE_CONTRADICTS)
    if is_nothing(written):
        return ""
    raise BadCell(CellProblem.UNKNOWN_CODE, **_choices(meanings))
