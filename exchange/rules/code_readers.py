"""Readers of columns whose words stand in a table: codes, grades, yes or what is asked about.

A state that its own cell takes back is none, and one told by halves is refused with words that
say what to write (decision 32). Raise BadCell.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from exchange.reading import values
from exchange.reading.problems import BadCell, CellProblem
from exchange.reading.workbook import Cell

Reader = Callable[[Cell], Any]
# In tables of what holds of people: words that say that it is over, or not so after all.
_OVER = re.compile(
    "(?<![未没])(?:消除|退出|停发|停保|取消|终止|释放|出狱|刑满|出所|解除|期满)|已停$|^[原曾]"
)
_NOT_IN_CUSTODY = re.compile("社区(?:矫正|服刑|戒毒|康复)|缓刑|监外|保外|假释|取保候审|监视居住")
_LEFT_POVERTY = re.compile("脱贫|建档立卡")
_AID_CLASS = re.compile("[abc]类?|[一二三]类", re.I)
# Words of ledgers for several categories together; the child's row may say which.
_ILL_OR_DISABLED = re.compile("(?:重病.?重残|重残.?重病|大病重残|自身困境|自身困难)(?:的?儿童)?")
_POOR = re.compile(
    "(?:家庭)?(?:生活)?(?:困难|贫困)(?:家庭)?(?:的?(?:儿童|子女))?|(?:家庭困境|困境家庭)(?:的?(?:儿童|子女))?"
)
# What is true all the same, or says itself that nothing of the kind holds.
_STANDS = ("ORDINARY", "NONE", "UNKNOWN", "DEAD", "NO", "RELEASED")
_STATES = ("economic", "category", "parent_status", "query_answer")
_OF_PARENTS = ("parent_status", "query_answer")


def code(meanings: Mapping[str, str], table: str = "") -> Reader:
    known: dict[Any, str] = {}

    def read(cell: Cell) -> str:
        if cell not in known:
            known[cell] = _code(cell, meanings, table)  # the same few cells over and over
        return known[cell]

    return read


def _code(cell: Cell, meanings: Mapping[str, str], table: str) -> str:
    """What a word beside the state takes back is refused, and so is what tells a state by halves:
    with words that say what to write."""
    if table == "subsidy" and (both := _subsidies(values.text(cell), meanings)):
        return both
    try:
        found = values.code(cell, meanings)
    except BadCell as bad:
        if bad.problem is CellProblem.UNKNOWN_CODE and (hint := _hint(values.text(cell), table)):
            raise BadCell(hint) from None
        raise
    if table in _STATES and found and found not in _STANDS:
        written = values.text(cell).lower()
        if written.replace(" ", "") not in meanings:
            rest = " ".join(part for part in values.parts(written) if part not in meanings)
            if hint := _taken_back(rest, table):
                raise BadCell(hint)
    return found


def _subsidies(written: str, meanings: Mapping[str, str]) -> str:
    """The one and the other: 生活补贴、护理补贴. Of several each must be known; "" for a single
    one."""
    parts = [part.strip().lower() for part in re.split("[、,;+和及与]", written)]
    if len(parts) < 2 or written.lower().replace(" ", "") in meanings:
        return ""
    named = {meanings.get(part, "") for part in parts}
    if "" in named:
        raise BadCell(CellProblem.UNKNOWN_CODE)
    return named.pop() if len(named) == 1 else "BOTH"


def group_named(cell: Cell) -> str:
    """ILL_OR_DISABLED or POOR where the cell names such a group and nothing else."""
    written = values.text(cell).replace(" ", "")
    if _ILL_OR_DISABLED.fullmatch(written):
        return "ILL_OR_DISABLED"
    return "POOR" if _POOR.fullmatch(written) else ""


def _taken_back(written: str, table: str) -> CellProblem | None:
    if table in _OF_PARENTS and _NOT_IN_CUSTODY.search(written):
        return CellProblem.NOT_IN_CUSTODY
    is_over = any(_OVER.search(part) for part in values.parts(written))
    return CellProblem.STATE_OVER if is_over else None


def _hint(written: str, table: str) -> CellProblem | None:
    if table not in _STATES:
        return None
    if table == "economic" and _AID_CLASS.fullmatch(written):
        return CellProblem.AID_CLASS
    if table == "category" and group_named(written):
        return CellProblem.CATEGORY_GROUP
    if hint := _taken_back(written, table):
        return hint
    is_poverty = table in ("economic", "category") and _LEFT_POVERTY.search(written)
    return CellProblem.LEFT_POVERTY if is_poverty else None


_CLASS = re.compile(r"\s*[(\[]?\s*[\d一二三四五六七八九十]{1,2}\s*[)\]]?\s*班?$")


GRADES = "grade_of_school"
_YEARS = "一二三四五六七八九"
_YEAR_ALONE = re.compile(
    rf"([{_YEARS}])|([{_YEARS}1-9])\s*[(\[]\s*[\d{_YEARS}十]{{1,3}}\s*[)\]]\s*班?"
)
_ENTRY_YEAR = re.compile(r"[高初小]?(?:(?:19|20)\d{2}|\d{2})[级届](?:.*班)?")


def grade_of_school(meanings: Mapping[str, str]) -> Reader:
    """With or without the class: in 高三(12)班 the 12 is no code. Grades 7 to 9 are those of one
    school alone; which school 三(2)班 is of, another column may say."""
    one = code(meanings)

    def read(cell: Cell) -> str:
        written = values.text(cell)
        grade = _CLASS.sub("", written).lower().replace(" ", "")
        if grade in meanings:
            return meanings[grade]
        if _ENTRY_YEAR.fullmatch(written):
            raise BadCell(CellProblem.ENTRY_YEAR)
        if year := year_alone(cell):
            if year < 7:
                raise BadCell(CellProblem.GRADE_STAGE)
            return f"J{year - 6}"
        return one(cell)

    return read


def year_alone(cell: Cell) -> int:
    """Of a grade written without its school: 三, 三(2)班. 0 where it is none."""
    found = _YEAR_ALONE.fullmatch(values.text(cell))
    written = found and (found[1] or found[2])
    if not written:
        return 0
    return _YEARS.index(written) + 1 if written in _YEARS else int(written)


def yes_or_code(meanings: Mapping[str, str], table: str = "") -> Reader:
    """Yes, no, or in place of yes the name of what is asked about."""
    one = code(meanings, table)

    def read(cell: Cell) -> bool | str | None:
        try:
            answer = values.yes_or_no(cell)
        except BadCell:
            try:
                return one(cell) or None
            except BadCell as bad:
                is_told = bad.problem in (CellProblem.STATE_OVER, CellProblem.LEFT_POVERTY)
                raise BadCell(bad.problem if is_told else CellProblem.YES_OR_NO) from None
        if answer and (hint := _taken_back(values.text(cell), table)):  # 是（已退出）
            raise BadCell(hint)
        return answer

    return read


def yes_or_named(headings: Sequence[str]) -> Reader:
    """Yes, no, or what the heading asks about: 孤儿 and 非孤儿 below 是否孤儿."""
    asked = {heading.removeprefix("是否") for heading in headings}
    known = dict.fromkeys(asked, True) | {f"非{word}": False for word in asked}

    def read(cell: Cell) -> bool | None:
        written = values.text(cell)
        return known[written] if written in known else values.yes_or_no(cell)

    return read


# Between several, but not in the brackets of a remark: 事实无人抚养儿童（父亡、母失联）.
_BETWEEN = re.compile(r"[、,;+/](?![^(]*\))")
# Before each of several: ①…②…, (1)…(2)…, 1.…2.…
_NUMBERS = re.compile(r"[①-⑳]|[(（]\d[)）]|(?<!\d)\d[.、．](?=\D)")


def codes(meanings: Mapping[str, str], table: str = "") -> Reader:
    """Of several each must be known: one that is overlooked would be lost."""
    one = code(meanings, table)

    def few(written: str) -> Sequence[str]:
        try:
            return [one(written)]
        except BadCell:
            words = written.split()
            if len(words) < 2:
                raise
            return [one(word) for word in words]

    def listed(cell: Cell) -> Iterator[str]:
        for line in _NUMBERS.sub("\n", cell).splitlines() if type(cell) is str else [cell]:
            written = values.text(line)
            is_one = written.lower().replace(" ", "") in meanings
            yield from [written] if is_one else filter(str.strip, _BETWEEN.split(written))

    def read(cell: Cell) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for part in listed(cell) for code in few(part) if code))

    return read
