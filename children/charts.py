"""Bars of shares as SVG made on the server: no script, no inline style, readable in grey print.

Put the answer into `<figure class="chart">` with the same figures in a table beside it.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, LINE, BAR_LEFT, BAR_WIDTH = 400, 24, 150, 180
LETTERS = 10  # wide ones, that stand before a bar


@dataclass(frozen=True)
class Bar:
    """`part` of `whole`; an empty bar where the whole is 0."""

    name: str
    part: int
    whole: int

    @property
    def share(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    @property
    def figures(self) -> str:
        return f"{self.part}/{self.whole}"


def bar_chart(bars: Sequence[Bar], *, title: str) -> SafeString:
    """An `<svg>`, a line for each bar; "" without any."""
    if not bars:
        return SafeString("")
    height = LINE * len(bars) + 8
    key = f"b{zlib.crc32(repr((title, list(bars))).encode()):08x}"
    words = "; ".join(f"{bar.name}: {bar.figures}" for bar in bars)
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}t {}d" font-size="12"'
        ' fill="currentColor"><title id="{}t">{}</title><desc id="{}d">{}</desc>{}</svg>',
        WIDTH, height, key, key, key, title, key, words,
        format_html_join("", "{}", ((_bar(bar, n),) for n, bar in enumerate(bars))),
    )  # fmt: skip


def _bar(bar: Bar, number: int) -> SafeString:
    top = 4 + number * LINE
    return format_html(
        '<text x="{}" y="{}" text-anchor="end">{}</text>'
        '<path class="chart-whole" d="M{} {}h{}v14h-{}z"/>'
        '<path class="chart-part" d="M{} {}h{}v14h-{}z"/><text x="{}" y="{}">{}</text>',
        BAR_LEFT - 8, top + 12, _short(bar.name),
        BAR_LEFT, top, BAR_WIDTH, BAR_WIDTH,
        BAR_LEFT, top, round(bar.share * BAR_WIDTH, 1), round(bar.share * BAR_WIDTH, 1),
        BAR_LEFT + BAR_WIDTH + 8, top + 12, bar.figures,
    )  # fmt: skip


def _short(name: str) -> str:
    """What fits before the bar; the table beside it has the whole name."""
    width, out = 0.0, ""
    for letter in name:
        width += 1.0 if ord(letter) > 0x2E80 else 0.56
        if width > LETTERS:
            return out + "…"
        out += letter
    return out
