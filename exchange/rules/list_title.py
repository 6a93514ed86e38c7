"""What a title above a table says of every row below it: month, subsidy, grade and class.

Only of a line that speaks of the list itself, and of one month or class:
2026年10月困难残疾人生活补贴发放表, 三年级一班花名册. Decision 40.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from .half_told import grade_at

_IS_LIST = re.compile("表|册|名单|清单|台账|花名|汇总|明细|发放")
# Of the paper, not of its rows: when it was filled in, up to when it counts.
_OF_THE_PAPER = re.compile(
    "填[报写表]|制[表作]|截[至止]|统计|上报|报送|更新|打印|导出|审[批核]|日期|时间|以上|以下|说明|注[:：]"
)
_PERIOD = re.compile("季度|半年|全年|补发")
_FIGURES = "一二三四五六七八九"
_FIGURE = f"[{_FIGURES}]"
_YEAR, _MONTH = (
    r"(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3}",
    rf"\d{{1,2}}|十[一二]?|{_FIGURE}",
)
_ONE_MONTH = re.compile(
    rf"(?:{_YEAR})年(?:{_MONTH})月份?(?!\d|[一二三四五六七八九十]{{1,3}}[日号]|[起前以底初末至到~、,，—-]|[上中下]旬)"
)
_LABELLED_MONTH = re.compile(
    rf"(?:(?:发放|补贴|补助|所属|享受|结算|申请)?(?:月份|年月)|发放时间)[::]({_ONE_MONTH.pattern})"
)
_MONTH_ALONE = re.compile(rf"(?:(?:{_YEAR})年)?(?P<month>{_MONTH})月份?")
_MONTHS = {name: n for n, name in enumerate([*_FIGURES, "十", "十一", "十二"], 1)}
_ANY_MONTH = re.compile(rf"(?:{_MONTH})月")
_CLASS = r"[(\[]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)\]]?班"
_GRADE = rf"(?:小学|初中|高中)?(?:{_FIGURE}|[1-9])年级|[初高][一二三](?:年级)?|小[一二三四五六]"
_ONE_CLASS = re.compile(
    rf"(?P<grade>{_GRADE})(?P<class>{_CLASS})?"
    rf"|(?P<year>{_FIGURE}|[1-9])(?P<in_year>[(\[](?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[)\]]班)"
)
_SEVERAL_CLASSES = re.compile(rf"(?:[、,，至到~和及—-](?:{_FIGURE}|\d)|各)(?:年级|班|[(\[])|年级段")
_SUBSIDIES = {"生活补贴": "LIVING", "护理补贴": "NURSING"}
_WORDS = {"LIVING": "困难残疾人生活补贴", "NURSING": "重度残疾人护理补贴"}
_STAGES = {"P": "小学", "J": "初中", "S": "高中"}
Told = dict[str, str]  # key → cell as a row would hold it; "" where the line names several


class Titles:
    """As `exchange.reading.table` asks for them."""

    def above(self, lines: Iterable[str], name: str) -> Told:
        """By the lines above a table and the name of its sheet; what one denies the other is not
        told."""
        told: Told = {}
        for said in (*map(told_by, dict.fromkeys(lines)), told_by(name, Where.NAME)):
            for key, cell in said.items():
                told[key] = cell if told.setdefault(key, cell) == cell else ""
        if (named := _month_in(name)) and told.get("month") and _month_in(told["month"]) != named:
            told["month"] = ""
        return told

    def below(self, line: str) -> Told:
        return told_by(line, Where.BELOW)


def _month_in(text: str) -> int:
    """1 to 12 of a month that stands alone, with or without its year; 0 for any other text."""
    found = _MONTH_ALONE.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return 0
    month = found["month"]
    return int(month) if month.isdecimal() else _MONTHS.get(month, 0)


class Where(StrEnum):
    ABOVE = "ABOVE"  # the table
    NAME = "NAME"  # of its sheet
    BELOW = "BELOW"  # between rows: what it does not say clearly, the title says no more


def told_by(line: str, where: str = Where.ABOVE) -> Told:
    title = "".join(unicodedata.normalize("NFKC", line).split())
    if found := _LABELLED_MONTH.fullmatch(title):
        return {"month": found[1].removesuffix("份")}
    if not 2 <= len(title) <= 80 or _OF_THE_PAPER.search(title):
        return {}
    is_bracketed = title[0] == "(" and title[-1] == ")"
    title = title[1:-1] if is_bracketed else title
    is_list = bool(_IS_LIST.search(title))
    told = _class(title, is_list)
    if is_list or is_bracketed or where != Where.ABOVE:
        is_clear = is_list or is_bracketed or where == Where.NAME
        told |= _month(title, is_list, is_clear, where) | _subsidy(title, is_list)
    return told


def _month(title: str, is_list: bool, is_clear: bool, where: str) -> Told:
    """A month alone may be the day on which the paper was filled in."""
    found, any_month = _ONE_MONTH.findall(title), _ANY_MONTH.findall(title)
    if not any_month and not (is_list and _PERIOD.search(title)):
        return {}
    is_alone = bool(_MONTH_ALONE.fullmatch(title))
    is_name = where == Where.NAME
    if not (is_list or is_alone or "补贴" in title) or (is_name and not found and is_alone):
        return {}
    is_one = len(found) == len(any_month) == 1 and not _PERIOD.search(title)
    is_one = is_one and (is_list or is_alone)
    return {"month": found[0].removesuffix("份") if is_one and is_clear else ""}


def _subsidy(title: str, is_list: bool) -> Told:
    named = [kind for word, kind in _SUBSIDIES.items() if word in title]
    if not named and "两项" not in title:
        return {}
    is_one = len(named) == 1 and not ("生活" in title and "护理" in title) and "两项" not in title
    return {"subsidy": _WORDS[named[0]] if is_one and is_list else ""}


def _class(title: str, is_list: bool) -> Told:
    labelled = re.match("(?:年级|班级|班别)[:：]", title)
    found = list(_ONE_CLASS.finditer(title))
    if not found or not (is_list or labelled or _ONE_CLASS.fullmatch(title)):
        return {}
    if len(found) > 1 or _SEVERAL_CLASSES.search(title):
        return {"school_grade": "", "class_name": ""}
    one = found[0]
    class_name = one["class"] or one["in_year"] or ""
    grade = one["grade"] or f"{one['year']}{one['in_year']}"
    if one["year"]:
        year = int(one["year"]) if one["year"].isdecimal() else _FIGURES.index(one["year"]) + 1
        if code := grade_at(year, title[: one.start()], ""):
            grade = f"{_STAGES[code[0]]}{_FIGURES[int(code[1]) - 1]}年级"
    told = {"school_grade": grade}
    return told | ({"class_name": class_name} if class_name else {})
