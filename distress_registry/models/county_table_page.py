"""A table as it is shown and handed on: blocks of columns, lines, and its check sums in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.access import Grant
from distress_registry.rules.check_sums import (
    WHOLE,
    Number,
    Wrong,
    hidden,
    wrong_columns,
    wrong_rows,
)
from distress_registry.rules.county_figures import Counting, Equation
from distress_registry.words import block_title, how_counted

from .county_table import CountyTable
from .county_table_figures import Figures, Period, children_in_picture, figures_of

MOST_TOLD = 10  # places in which a sum is wrong
HIDDEN = "< 5"


@dataclass
class Line:
    """`key`: of the row; `cells`: None where the row has no such figure, HIDDEN where not told."""

    key: str
    name: str
    cells: list[Number | str | None]

    @property
    def is_whole(self) -> bool:
        return self.key == WHOLE


@dataclass
class BlockPage:
    """`how`: headings counted alike ("" for all), and how; what stands above is left out."""

    key: str
    title: str
    headings: list[str]
    how: list[tuple[str, str]]
    lines: list[Line] = field(default_factory=list)


@dataclass
class Check:
    """`wrong`: where the sum does not hold, in words; a few of many."""

    text: str
    wrong: list[str]

    @property
    def is_right(self) -> bool:
        return not self.wrong


@dataclass
class TablePage:
    blocks: list[BlockPage]
    checks: list[Check]

    @property
    def is_right(self) -> bool:
        return all(check.is_right for check in self.checks)

    @property
    def is_empty(self) -> bool:
        return len(self.blocks[0].lines) < 2 if self.blocks else True


def page_of(table: CountyTable, grant: Grant, place: str, period: Period) -> TablePage:
    """Four queries: columns, figures, names, and the picture's own sum where there is one."""
    headings = {row.figure: str(row) for row in table.columns.filter(is_shown=True)}
    figures = figures_of(table, place, period)
    shut = set() if grant.sees_own_area else _not_told(table, figures)
    page = TablePage([], [])
    told: set[str] = set()
    for block in table.plan.blocks:
        shown = [figure for figure in block.figures if figure in headings]
        if shown:
            how = _how(table, shown, headings, told)
            page.blocks.append(_block(block.key, how, shown, headings, figures, shut))
    page.checks = _checks(table, headings, figures, tells=grant.sees_own_area)
    if table.counting == Counting.GUARANTEES:
        kept = children_in_picture(grant, place, period.month)
        page.checks += _beside_the_picture(figures, kept, tells=grant.sees_own_area)
    return page


def _added(table: CountyTable) -> list[str]:
    return [figure for figure in table.plan.figures if figure not in table.plan.apart]


def _not_told(table: CountyTable, figures: Figures) -> set[tuple[str, str]]:
    return hidden(figures.rows, table.plan.equations, _added(table))


def _how(
    table: CountyTable, shown: list[str], headings: Mapping[str, str], told: set[str]
) -> list[tuple[str, str]]:
    alike: dict[str, list[str]] = {}
    for figure in shown:
        alike.setdefault(how_counted(Counting(table.counting), figure), []).append(headings[figure])
    new = {text: names for text, names in alike.items() if text not in told}
    told.update(new)
    return [("" if len(alike) == 1 else " · ".join(names), text) for text, names in new.items()]


def _block(
    key: str, how: list[tuple[str, str]], shown: list[str], headings: Mapping[str, str],
    figures: Figures, shut: set[tuple[str, str]],
) -> BlockPage:  # fmt: skip
    page = BlockPage(key, block_title(key), [headings[figure] for figure in shown], how)
    for row, name in (*figures.names.items(), (WHOLE, _("Together"))):
        known = figures.rows[row]
        cells = [HIDDEN if (row, one) in shut else known.get(one) for one in shown]
        page.lines.append(Line(row, name, cells))
    return page


def _checks(
    table: CountyTable, headings: Mapping[str, str], figures: Figures, *, tells: bool
) -> list[Check]:
    found = []
    for block in table.plan.blocks:
        for equation in block.equations:
            if all(figure in headings for figure in equation.figures):
                text = block_title(block.key) + _(": ") + _in_words(equation, headings)
                wrong = wrong_rows(equation, figures.rows)
                found.append(Check(text, _told(wrong, figures, tells)))
    wrong_sums = wrong_columns((one for one in _added(table) if one in headings), figures.rows)
    text = _("Every column: the rows make what stands under «together».")
    found.append(Check(text, [
        _told_one(headings[figure], wrong, tells) for figure, wrong in wrong_sums.items()
    ]))  # fmt: skip
    return found


def _in_words(equation: Equation, headings: Mapping[str, str]) -> str:
    text = " + ".join(headings[figure] for figure in equation.plus)
    text += "".join(f" − {headings[figure]}" for figure in equation.minus)
    return f"{text} = {headings[equation.total]}"


def _told(wrong: Iterable[Wrong], figures: Figures, tells: bool) -> list[str]:
    names = figures.names | {WHOLE: _("Together")}
    return [_told_one(names[one.row], one, tells) for one in list(wrong)[:MOST_TOLD]]


def _told_one(name: str, wrong: Wrong, tells: bool) -> str:
    if not tells:
        return name
    return name + _(": ") + f"{in_figures(wrong.parts)} ≠ {in_figures(wrong.total)}"


def _beside_the_picture(figures: Figures, kept: int | None, *, tells: bool) -> list[Check]:
    if kept is None:
        return []
    counted = figures.rows[WHOLE]["ALL"]
    wrong = [] if kept == counted else [Wrong(WHOLE, counted, kept)]
    text = _("Children together = children in the county's picture, which is kept by difference")
    return [Check(text, [_told_one(_("Together"), one, tells) for one in wrong])]


def in_figures(number: Number) -> str:
    return number_format(number, 2) if isinstance(number, Decimal) else str(number)
