"""Cells of the picture as HTML: a hundred on a page, and a template for each took most of it.

Whatever is no figure of ours is escaped once for the page or the line; the rest is put together.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import conditional_escape, escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from distress_registry.models import Guarantee
from distress_registry.models.picture_page import Cell, Line


class Drawn:
    """Words and addresses looked up once for a page.

    `is_named`: the reader may see whom a number counts. Two numbers, each opens its children.
    """

    def __init__(self, *, is_named: bool) -> None:
        self.is_named, self.address = is_named, escape(reverse("picture_children"))
        self.labels = {code.value: escape(code.label) for code in Guarantee}
        self.covered, self.concerned = escape(_("covered")), escape(_("concerned"))
        self.uncovered = escape(_("not covered"))
        self.of, self.missing = escape(_("of %(of)s")), escape(_("%(missing)s not"))

    def add_to(self, lines: Iterable[Line]) -> None:
        for line in lines:
            name, query = conditional_escape(line.name), conditional_escape(line.query)
            cells = [
                f'<td data-label="{self.labels[cell.guarantee]}" class="cell">'
                f"{self._cell(cell, name, query)}</td>"
                for cell in line.cells.values()
            ]
            line.drawn = mark_safe("".join(cells))

    def _cell(self, cell: Cell, name: str, query: str) -> str:
        if cell.is_all_hidden:
            return '<span class="muted">&lt; 5</span>'
        if not cell.of:
            return '<span class="muted">–</span>'
        if cell.is_hidden:
            return f'<span class="muted">{self.of % {"of": cell.of}}</span>'
        numbers = f"{cell.covered} / {cell.of}"
        if self.is_named:
            numbers = self._links(cell, name, query)
        return (
            f'<span class="tag tag-{cell.tone} number mb-0">{cell.percent} %</span> '
            '<svg class="bar" viewBox="0 0 100 6" aria-hidden="true" preserveAspectRatio="none">'
            '<rect width="100" height="6"/>'
            f'<rect class="bar-covered" width="{cell.percent}" height="6"/></svg> '
            f'<span class="number small">{numbers}</span>'
        )

    def _links(self, cell: Cell, name: str, query: str) -> str:
        start = f'href="{self.address}?{query}&amp;guarantee={cell.guarantee}'
        told = f"{name}, {self.labels[cell.guarantee]}</span></a>"
        hidden = '<span class="visually-hidden">'
        links = (
            f'<a {start}&amp;covered=yes">{cell.covered}{hidden} {self.covered}, {told}'
            f' / <a {start}">{cell.of}{hidden} {self.concerned}, {told}'
        )
        if not cell.missing:
            return links
        missing = self.missing % {"missing": cell.missing}
        return (
            f'{links} · <a class="missing" {start}&amp;covered=no">{missing}'
            f"{hidden} {self.uncovered}, {told}"
        )
