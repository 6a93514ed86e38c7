"""The lines below a header that are data: no totals, no signatures, no header printed again."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from .header import Header, find_header
from .headings import Headings
from .problems import NOT_KEPT
from .values import is_error
from .workbook import Cell, Row, Sheet

_TOTAL = re.compile(
    r"^(?:本页|本村|本乡|本镇|本县|全县|全乡|全镇|全村|全校|累)?(?:合计|小计|总计|共计|累计|总数|总人数)"
    r"|(?:合计|小计|总计)[:：]?$|(?:[村居组社区乡镇街道县校班户]|^)计[:：]?$|^total"
)
_SIGNATURE = re.compile(
    r"^(?:填表|制表|填报|审核|审批|复核|经办|负责|主管|分管|单位(?:盖章|负责|公章|[(（:：])|盖章|"
    r"公章|[(（]?盖章|签字|签名|签章|报送|上报|联系(?:人|电话)(?:[:：]|$)|日期(?:[:：]|$)|填写|注[:：\d]|"
    r"备注[:：]|说明[:：]?|第\d+页|共\d+页|以上|以下|本表|此表|村[(（]居[)）].*盖章|.*[(（]盖章[)）])"
)
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)")
LONG_NUMBER = re.compile(r"\d{15}")
_COUNT = re.compile(r"(?:共|计)?\d+[人名户]?")
_TELLING = {"id_number", "birth_date", "certificate__number", "roll_number"}
_COUNTERS = ("serial",)
_EXAMPLE = re.compile("(?:填写|填报)?(?:示例|样例|范例|举例|例)行?[:：]?")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
IsPlace = Callable[[str], object]
Start = list[tuple[int, Row]]  # the first rows, among which the header is looked for


# A title of a place's people: 大源村困境儿童台账. Pupils of 大源村小学 live elsewhere, too.
_TITLE = re.compile("表|册|名单|清单|台账|花名|汇总|明细")
_YEAR = re.compile(r"^(?:\d{4}|[一二][〇○零一二三四五六七八九]{3})年度?(?:\d{1,2}月份?)?")
_END_OF_PLACE = re.compile("村委会|居委会|委员会|社区|街道|[村镇乡]")
_PEOPLE = re.compile(
    r"(?:\d{4}年度?(?:\d{1,2}月份?)?)?(?:农村|城乡|城市)?(?:困境|孤儿|事实|残疾|持证|重残|重度|低保|低收入|最低生活"
    r"|特困|留守|流动|儿童|未成年|困难|监测|防返贫|防止返贫|死亡|重病|大病|关爱)"
)


class Titled(Protocol):
    """Key → what a title says of all rows; "" where it leaves that in doubt."""

    def above(self, lines: Iterable[str], name: str) -> dict[str, str]: ...
    def below(self, line: str) -> Mapping[str, str]: ...


class Line(NamedTuple):
    number: int  # in the spreadsheet
    row: Row
    under: str  # place that stands above it
    merged: frozenset[int]  # columns whose cell is merged with the one above


def place_of_title(line: str, is_place: IsPlace) -> str:
    """The place whose people a title names; "" where it names none, or several."""
    text = _YEAR.sub("", text_of(line))
    if not _TITLE.search(text):
        return ""
    ends = [found.end() for found in _END_OF_PLACE.finditer(text)]
    end = next((end for end in reversed(ends) if is_place(text[:end])), 0)
    return text[:end] if end and _PEOPLE.match(text, end) else ""


def place_above(lines: Iterable[str], name: str, is_place: IsPlace) -> str:
    """What the titles above a table say, "" where two differ or the tab of the sheet does."""
    found = {place for line in dict.fromkeys(lines) if (place := place_of_title(line, is_place))}
    place = found.pop() if len(found) == 1 else ""
    tab = is_place(name)
    return "" if tab and not str(tab).startswith(str(is_place(place) or "-")) else place


def data_lines(
    below: Iterator[tuple[int, Row]], header: Header, new_header: "NewHeader", sheet: Sheet,
    is_place: IsPlace, titled: Titled, told: dict[str, str], place: str = "",
) -> Iterator[Line]:  # fmt: skip
    """`told` is kept up to date: a title further down speaks of what follows it. `place`: whose
    people the title above names, where the table has no columns of places."""
    counters = {column for column, key in header.columns.items() if key in _COUNTERS}
    own = {column for column, key in header.columns.items() if key in ("name", "id_number")}
    heads = new_header.heads
    fill = Merged(sheet)
    under = sheet.name if is_place(sheet.name) else place
    for number, row in below:
        merged = fill.into(number - 1, row)
        filled = [
            (column, cell) for column, cell in enumerate(row)
            if cell is not None and (type(cell) is not str or (not cell.isspace() and cell))
        ]  # fmt: skip
        if heading := _heading_of_place(filled, counters, is_place):
            under, place = heading, ""  # of a total below nobody knows whose rows follow
            continue
        if new_header(number, row, filled):
            return
        is_nothing = all(
            column in counters or _is_error(cell) or (cell == NOT_KEPT and column not in own)
            for column, cell in filled
        )
        is_example = any(
            column in counters and type(cell) is str and _EXAMPLE.fullmatch(text_of(cell))
            for column, cell in filled
        )
        if is_example:
            continue
        is_title = bool(told) and len(filled) == 1 and _is_title(filled[0][1], titled)
        if is_nothing or is_title or _is_no_data(filled, header, heads):
            # Below a total or another heading the title alone says whose the rows are.
            if any(type(cell) is str and _is_heading(cell, heads) for _, cell in filled):
                if place and len(filled) == 1 and _TITLE.search(text_of(filled[0][1])):
                    place = place_of_title(str(filled[0][1]), is_place)
                under = place
            for _, cell in filled if told else ():
                again = titled.below(cell) if type(cell) is str else {}
                if again:  # what it does not say, nobody says of the rows below it
                    told |= {key: again.get(key, "") for key in told}
            continue
        yield Line(number, row, under, merged)


def _are_numbers_of_columns(texts: Sequence[str]) -> bool:
    """1, 2, 3, 4 or 甲, 乙, 丙, 丁 below the headings."""
    if len(texts) < 3:
        return False
    return texts == [str(n) for n in range(1, len(texts) + 1)] or (
        "".join(texts) == _STEMS[: len(texts)] and all(len(text) == 1 for text in texts)
    )


def _is_title(cell: Cell, titled: Titled) -> bool:
    return type(cell) is str and bool(titled.below(cell))


def _is_heading(cell: str, heads: set[str]) -> bool:
    text = text_of(cell)
    return bool(text) and text not in heads and not text.isdecimal() and not is_error(text)


class NewHeader:
    """Whether a row is the header of another table below the first: other columns, or the same in
    another order. It and all below it is kept for that."""

    def __init__(self, header: Header, heads: set[str], known: Headings) -> None:
        self.known, self.heads = known, heads
        self.columns = dict(header.columns)  # as found: a person may say otherwise of some
        self.is_deep = header.last > header.first
        self.rest: Start = []
        self.names = {word for word, key in known.known.items() if key == "name"}
        self.ends = {word[-1] for word in self.names}

    def __call__(self, number: int, row: Row, filled: list[tuple[int, Cell]]) -> bool:
        if not self._may_name(filled[:8]) or len(filled) < 2:
            return False
        if any(type(cell) is not str for _, cell in filled):
            return False
        texts = [text_of(cell) for _, cell in filled]
        if any(LONG_NUMBER.search(text) for text in texts):
            return False
        if self.is_deep and all(text in self.heads for text in texts):
            return False  # a line of the header that is printed on each page
        found = find_header([row], [], self.known)
        if found is None or found.columns == self.columns:
            return False
        if not tells_people(found):
            return False
        self.rest.append((number, row))
        return True

    def _may_name(self, filled: list[tuple[int, Cell]]) -> bool:
        """Whether one of the cells is a name's heading. Of each row: quick, and true of every such
        heading but those with marks or brackets."""
        for _, cell in filled:
            if (
                type(cell) is str
                and len(cell) < 20
                and (cell[-1] in self.ends or cell[-1].isspace())
                and "".join(cell.split()) in self.names
            ):
                return True
        return False


def _heading_of_place(
    filled: list[tuple[int, Cell]], counters: set[int], is_place: IsPlace
) -> str:  # fmt: skip
    """A line that names a place and, at the most, how many follow."""
    if not 0 < len(filled) < 4:
        return ""
    told = [text_of(cell) for column, cell in filled if column not in counters]
    told = told or [text_of(cell) for _, cell in filled]  # merged across, from the first column on
    if len(told) > 2 or not is_place(told[0]):
        return ""
    return told[0] if all(_COUNT.fullmatch(text) for text in told[1:]) else ""


class Merged:
    """A cell merged over several rows of data stands for each of them."""

    def __init__(self, sheet: Sheet) -> None:
        spans = [(top, left, bottom) for (top, left), (bottom, _) in sheet.merged if bottom > top]
        self.waiting = sorted(spans, reverse=True)
        self.open: list[tuple[int, int, Cell]] = []

    def into(self, index: int, row: Row) -> frozenset[int]:
        """Columns whose cell stands for one above."""
        if not self.waiting and not self.open:
            return frozenset()
        self.open = [span for span in self.open if span[1] >= index]
        above = frozenset(left for left, _bottom, _cell in self.open)
        while self.waiting and self.waiting[-1][0] <= index:
            top, left, bottom = self.waiting.pop()
            if top == index and left < len(row):
                self.open.append((left, bottom, row[left]))
        for left, _bottom, cell in self.open:
            if left < len(row):
                row[left] = cell
        return above


def tells_people(header: Header) -> bool:
    keys = set(header.columns.values())
    return "name" in keys and bool(_TELLING & keys)


def is_blank(cell: Cell) -> bool:
    return cell is None or (type(cell) is str and not cell.strip())


def _is_error(cell: Cell) -> bool:
    return type(cell) is str and is_error(cell)


def text_of(cell: Cell) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(cell))) if cell is not None else ""


def _is_no_data(filled: list[tuple[int, Cell]], header: Header, heads: set[str]) -> bool:
    """Totals, signatures, notes, village headings, and the header printed on each page."""
    if len(filled) > 12:  # long rows are data, or the header again
        first = text_of(filled[0][1])
        is_header = all(text_of(cell) in heads for _, cell in filled[:6])
        return is_header or bool(_TOTAL.search(first))
    texts = [text_of(cell) for _, cell in filled]
    if any(LONG_NUMBER.search(text) for text in texts):
        return False
    if _are_numbers_of_columns(texts):
        return True
    if any(_TOTAL.search(text) for text in texts[:3]) or _SIGNATURE.search(texts[0]):
        return True
    if len(texts) > 1 and all(text in heads for text in texts):
        return True
    if len(filled) > 1:
        return False
    if _NUMBERED.match(texts[0]):
        return True
    is_of_a_person = header.columns.get(filled[0][0], "") in ("name", "id_number")
    return not is_of_a_person or len(texts[0]) > 12
