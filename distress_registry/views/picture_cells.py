"""Cells of the picture as HTML: a hundred on a page, and a template for each took most of it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from distress_registry.models import Guarantee
from distress_registry.models.picture_page import Cell, Line

_BAR = (
    '<span class="tag tag-{tone} number mb-0">{percent} %</span> '
    '<svg class="bar" viewBox="0 0 100 6" aria-hidden="true" preserveAspectRatio="none">'
    '<rect width="100" height="6"/><rect class="bar-covered" width="{percent}" height="6"/></svg> '
    '<span class="number small">{numbers}</span>'
)
_LINK = (
    '<a{css} href="{address}?{query}&amp;guarantee={code}{covered}">{number}'
    '<span class="visually-hidden"> {word}, {name}, {label}</span></a>'
)


class Drawn:
    """Words and addresses looked up once for a page.

    `is_named`: the reader may see whom a number counts. Two numbers, each opens its children.
    """

    def __init__(self, *, is_named: bool) -> None:
        self.is_named, self.address = is_named, reverse("picture_children")
        self.labels = {code.value: str(code.label) for code in Guarantee}
        self.covered, self.concerned = _("covered"), _("concerned")
        self.uncovered = _("not covered")
        self.of, self.missing = _("of %(of)s"), _("%(missing)s not")

    def add_to(self, lines: Iterable[Line]) -> None:
        for line in lines:
            line.drawn = format_html_join(
                "", '<td data-label="{}" class="cell">{}</td>',
                ((self.labels[cell.guarantee], self._cell(cell, line))
                 for cell in line.cells.values()),
            )  # fmt: skip

    def _cell(self, cell: Cell, line: Line) -> SafeString:
        if cell.is_all_hidden:
            return format_html('<span class="muted">{}</span>', "< 5")
        if not cell.of:
            return format_html('<span class="muted">{}</span>', "–")
        if cell.is_hidden:
            return format_html('<span class="muted">{}</span>', self.of % {"of": cell.of})
        numbers = self._links(cell, line) if self.is_named else f"{cell.covered} / {cell.of}"
        return format_html(_BAR, tone=cell.tone, percent=cell.percent, numbers=numbers)

    def _links(self, cell: Cell, line: Line) -> SafeString:
        links = [
            (self._link(cell, line, cell.covered, self.covered, "yes"),),
            (" / ",),
            (self._link(cell, line, cell.of, self.concerned),),
        ]
        if cell.missing:
            told = self.missing % {"missing": cell.missing}
            css = format_html(' class="{}"', "missing")
            links += [(" · ",), (self._link(cell, line, told, self.uncovered, "no", css),)]
        return format_html_join("", "{}", links)

    def _link(
        self, cell: Cell, line: Line, number: int | str, word: str, covered: str = "",
        css: str = "",
    ) -> SafeString:  # fmt: skip
        return format_html(
            _LINK, css=css, address=self.address, query=line.query, code=cell.guarantee,
            covered=format_html("&amp;covered={}", covered) if covered else "", number=number,
            word=word, name=line.name, label=self.labels[cell.guarantee],
        )  # fmt: skip
