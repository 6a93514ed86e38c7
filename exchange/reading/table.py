"""A table of a sheet: where its header stands, what its columns and its title hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from .data_lines import (
    LONG_NUMBER,
    IsPlace,
    Line,
    NewHeader,
    Start,
    Titled,
    data_lines,
    is_blank,
    place_above,
    tells_people,
    text_of,
)
from .header import DEPTH, Header, find_header
from .headings import Headings
from .workbook import Cell, Row, Sheet

UNDER = "under"  # of a row: the heading above it, or the name of its sheet, where that is a place
_PLACES = {"township", "village", "area_code"}
AGAIN = "again"  # of a row: its name or number is merged with that of the row above


@dataclass
class Table:
    sheet: Sheet
    header: Header
    lines: Iterator[Line]  # of data
    titles: dict[int, str]  # index of a column → as the file calls it
    line: int  # number of the header's last line in the spreadsheet
    below: Iterator[tuple[int, Row]]  # what `rows` are read from
    rest: Start  # when they are read: the header of another table, with `below` its rows
    told: dict[str, str] = field(default_factory=dict)  # key → what the title says; "" in doubt
    place: str = ""  # whose people the title names, where no column names places

    @property
    def rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Number in the spreadsheet, key → cell; `lines` as they are understood."""
        columns = list(self.header.columns.items())
        own = {column for column, key in columns if key in ("name", "id_number")}
        keys = {key for _, key in columns}
        for number, row, under, merged in self.lines:
            width = len(row)
            cells = {key: row[column] for column, key in columns if column < width}
            if self.told:
                cells |= {key: cell for key, cell in self.told.items() if key not in keys}
            if under:
                cells[UNDER] = under
            if not own.isdisjoint(merged):
                cells[AGAIN] = True
            yield number, cells

    @property
    def present(self) -> set[str]:
        """Keys of its columns, and of what its title says instead."""
        return {*self.header.columns.values(), *(key for key, cell in self.told.items() if cell)}

    @property
    def next(self) -> Sheet | None:
        """The rest of the sheet as one of its own, where another table begins there."""
        if not self.rest:
            return None
        first = self.rest[0][0] - 1
        merged = [span for span in self.sheet.merged if span[0][0] > first]
        return replace(self.sheet, rows=chain(self.rest, self.below), merged=merged)

    def ends_at_header(self) -> bool:
        """No cell below it holds anything; instead of reading the rows."""
        return not any(most_filled([one]) for one in self.below)

    def give(self, column: int, key: str) -> None:
        """The column holds `key`, "" for one to be left out; before the rows are read."""
        columns, written = self.header.columns, self.header.written
        for other in [c for c, k in columns.items() if c == column or k == key]:
            written.pop(columns.pop(other), None)
        if key:
            columns[column], written[key] = key, self.titles.get(column, key)


def start_of(sheet: Sheet) -> Start:
    """Once for each sheet: its rows come once."""
    return list(islice(sheet.rows, DEPTH))


def most_filled(rows: Iterable[tuple[int, Row]]) -> int:
    """Cells of the fullest row."""
    return max((sum(not is_blank(cell) for cell in row) for _, row in rows), default=0)


def has_two_halves(start: Start, header: Header) -> bool:
    """People beside each other: a second column of names, with numbers of its own, that names
    others than the first."""
    own = next((column for column, key in header.columns.items() if key == "name"), None)
    if own is None or header.beside is None:
        return False
    for _, row in start[header.last + 1 :]:
        first, second = (text_of(row[c]) if c < len(row) else "" for c in (own, header.beside))
        if first and second and first != second:
            return True
    return False


_LEAST_DAYS = 15


def has_days_across(start: Start, header: Header) -> bool:
    """A column for each day of a month: 1, 2, 3 … side by side, in the header or below it, over
    columns that no heading names. A line that numbers all columns is another."""
    for _, row in start[header.first : header.last + 3]:
        texts = [
            text_of(cell).rstrip("日号") for column, cell in enumerate(row)
            if column not in header.columns and not is_blank(cell)
        ]  # fmt: skip
        if "1" not in texts:
            continue
        days = texts[texts.index("1") :]
        run = [day for number, day in enumerate(days, 1) if day == str(number)]
        if len(run) >= _LEAST_DAYS:
            return True
    return False


def is_form(start: Start, header: Header, known: Headings) -> bool:
    """Headings to the left of what they ask for, line below line: 姓名 | 张三 | 性别 | 男."""
    below = [[str(cell) for cell in row if not is_blank(cell)] for _, row in start[header.first :]]
    lines = [texts for texts in below if len(texts) > 1][:4]
    if not lines or _are_all(lines[0], known):
        return False
    asked = {texts[0] for texts in lines if known.key_of(texts[:1])[0]}
    return len(asked) >= 3


def _are_all(texts: Sequence[str], known: Headings) -> bool:
    """More than half are headings: a header."""
    return 2 * sum(known.key_of((text,))[0] is not None for text in texts) > len(texts)


def _no_place(_text: str) -> bool:
    return False


class _Untitled:
    def above(self, lines: Iterable[str], name: str) -> dict[str, str]:
        return {}

    def below(self, line: str) -> dict[str, str]:
        return {}


_UNTITLED = _Untitled()


def read_table(
    sheet: Sheet, known: Headings, start: Start | None = None, is_place: IsPlace = _no_place,
    titled: Titled = _UNTITLED,
) -> Table | None:  # fmt: skip
    """None when no header is found among the first rows: `start`, where they were read before.
    Of several tables of one sheet the rows of one can be read. `is_place`: whether a text names a
    place and nothing else."""
    start = start_of(sheet) if start is None else start
    header = _first_header([row for _, row in start], sheet, known)
    if header is None:
        return None
    header = _without_divided(header, start, sheet)
    below = chain(start[header.last + 1 :], sheet.rows)
    titles = [text_of(cell) for _, row in start[header.first : header.last + 1] for cell in row]
    new_header = NewHeader(header, {title for title in titles if title}, known)
    above = [cell for _, row in start[: header.first] for cell in row if type(cell) is str]
    told = titled.above(above, sheet.name)
    has_places = bool(_PLACES & set(header.columns.values()))
    place = "" if has_places else place_above(above, sheet.name, is_place)
    lines = data_lines(below, header, new_header, sheet, is_place, titled, told, place)
    return Table(
        sheet, header, lines, _titles(header, start), start[header.last][0], below,
        new_header.rest, told, place,
    )  # fmt: skip


def _first_header(rows: Sequence[Row], sheet: Sheet, known: Headings) -> Header | None:
    """The best, unless one above it has rows of people already: a second table begins there."""
    header = find_header(rows, sheet.merged, known)
    while header is not None and header.first > 1:
        above = find_header(rows[: header.first], sheet.merged, known)
        if above is None or not tells_people(above):
            break
        between = rows[above.last + 1 : header.first]
        if not any(LONG_NUMBER.search(text_of(cell)) for row in between for cell in row):
            break
        header = above
    return header


def _without_divided(header: Header, start: Start, sheet: Sheet) -> Header:
    """A heading that lies over several columns, each with one of its own below that nobody knows
    (金额 over 1月, 2月, 3月), is none of them: which is meant, a person may say."""
    if header.last + 1 >= len(start):
        return header
    line, (_, below) = start[header.last][0] - 1, start[header.last + 1]
    filled = {column for column, cell in enumerate(below) if not is_blank(cell)}
    wide = [
        range(left, right + 1)
        for (top, left), (bottom, right) in sheet.merged
        if top <= line <= bottom and right > left and len(filled & {*range(left, right + 1)}) > 1
    ]
    divided = {column for span in wide for column in span}
    if not wide or not filled <= divided or any(type(below[c]) is not str for c in filled):
        return header
    columns = {c: key for c, key in header.columns.items() if c not in divided}
    written = {key: header.written[key] for key in columns.values()}
    return replace(header, last=header.last + 1, columns=columns, written=written)


def _titles(header: Header, start: Sequence[tuple[int, Row]]) -> dict[int, str]:
    lines = [row for _, row in start[header.first : header.last + 1]]
    found: dict[int, str] = {}
    for column in range(max(map(len, lines))):
        words = [str(row[column]) for row in lines if column < len(row) and row[column] is not None]
        if words:
            found[column] = " ".join(" ".join(words).split())[:100]
    return found | {c: header.written[key][:100] for c, key in header.columns.items()}
