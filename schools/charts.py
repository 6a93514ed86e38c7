"""Lines over time as SVG made on the server: no script, no inline style, readable in grey print.

    line_chart(
        [Series("appetite", [(date(2026, 3, 1), 0), (date(2026, 4, 1), 2)])],
        title="Appetite", high=3, levels=["as usual", "a little", "clearly", "strongly"],
    )

Put the answer into a template as it is, inside `<figure class="chart">` (or `chart chart-small`),
with the same figures in a table beside it: a reader who cannot see gets title and description
alone. Series are told apart by dashes and marks, never by colour alone.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 400, 12, 14, 12, 26
LEVEL_WIDTH = 13  # of one wide character of a level's word
DASHES = ("none", "7 4", "2 3", "9 3 2 3")
TICKS = 5


@dataclass(frozen=True)
class Series:
    """A line: what it is called, and day → value in any order."""

    name: str
    points: Sequence[tuple[date, float]]


@dataclass(frozen=True)
class Plane:
    """Where days and values lie in the picture."""

    first: date
    last: date
    low: float
    high: float
    left: float
    top: float
    height: float

    def x(self, day: date) -> float:
        span = (self.last - self.first).days
        share = (day - self.first).days / span if span else 0.5
        return round(self.left + share * (WIDTH - RIGHT - self.left), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.top + (1 - min(max(share, 0), 1)) * self.height, 1)


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    description: str = "",
    low: float = 0,
    high: float | None = None,
    levels: Sequence[str] = (),
    limit: float | None = None,
    limit_label: str = "",
    height: int = 170,
) -> SafeString:
    """An `<svg>`, or "" when no series has a point.

    `levels` are the words of the values low, low + 1, …; without them `low` and `high` are
    written. `high` is the greatest value by default. `limit` is a dotted line across.
    """
    days = sorted({day for line in series for day, _value in line.points})
    if not days:
        return SafeString("")
    values = [value for line in series for _day, value in line.points]
    top = high if high is not None else max(values)
    legend = _legend(series) if len(series) > 1 else []
    above = TOP + 18 * (legend[-1][0] + 1 if legend else 0)
    words = list(levels) or [f"{low:g}", f"{max(top, low + 1):g}"]
    left = LEFT + LEVEL_WIDTH * max(_wide(word) for word in words)
    plane = Plane(days[0], days[-1], low, max(top, low + 1), left, above, height - above - BOTTOM)
    key = f"c{zlib.crc32(repr((title, description, series)).encode()):08x}"
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}t {}d" font-size="12"'
        ' fill="currentColor"><title id="{}t">{}</title><desc id="{}d">{}</desc>{}{}{}{}{}</svg>',
        WIDTH, height, key, key, key, title, key, description or _in_words(series),
        _legend_svg(legend), _scale(plane, words, bool(levels)), _ticks(plane, days, height),
        _limit(plane, limit, limit_label),
        format_html_join("", "{}", ((_line(plane, s, n),) for n, s in enumerate(series))),
    )  # fmt: skip


def _wide(text: str) -> float:
    """Width in wide characters; a Latin letter takes half."""
    return sum(1.0 if ord(letter) > 0x2E80 else 0.56 for letter in text)


def _in_words(series: Sequence[Series]) -> str:
    """First and last value of each line, for who cannot see it."""
    parts = []
    for line in series:
        points = sorted(line.points)
        if points:
            ends = [points[0]] if len(points) == 1 else [points[0], points[-1]]
            parts.append(f"{line.name}: " + " → ".join(f"{d:%Y-%m}: {v:g}" for d, v in ends))
    return "; ".join(parts)


def _legend(series: Sequence[Series]) -> list[tuple[int, float, str]]:
    """(row, left, name) of each series; rows break where the picture ends."""
    found, row, left = [], 0, float(LEFT)
    for line in series:
        width = 34 + LEVEL_WIDTH * _wide(line.name)
        if left > LEFT and left + width > WIDTH:
            row, left = row + 1, float(LEFT)
        found.append((row, round(left, 1), line.name))
        left += width
    return found


def _legend_svg(legend: list[tuple[int, float, str]]) -> SafeString:
    return format_html_join(
        "",
        '<path class="chart-line" d="M{} {}h20" stroke-dasharray="{}"/>{}<text x="{}" y="{}">{}'
        "</text>",
        (
            (x, 14 + 18 * row, DASHES[n % len(DASHES)], _mark(x + 10, 14 + 18 * row, n), x + 26,
             18 + 18 * row, name)
            for n, (row, x, name) in enumerate(legend)
        ),
    )  # fmt: skip


def _scale(plane: Plane, words: list[str], each: bool) -> SafeString:
    """A thin line with its word for each level, or for the lowest and the highest value."""
    steps = [plane.low + n for n in range(len(words))] if each else [plane.low, plane.high]
    return format_html_join(
        "",
        '<path class="chart-grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                plane.left,
                plane.y(value),
                WIDTH - RIGHT + 6,
                plane.left - 6,
                plane.y(value) + 4,
                word,
            )
            for value, word in zip(steps, words, strict=True)
        ),
    )


def _ticks(plane: Plane, days: list[date], height: int) -> SafeString:
    """Year and month under some of the days, first and last among them."""
    count = min(TICKS, len(days))
    chosen = {days[round(n * (len(days) - 1) / max(count - 1, 1))] for n in range(count)}
    shown, edge = [], -100.0
    for day in sorted(chosen, reverse=True):
        x = plane.x(day)
        if edge < 0 or edge - x >= 52:  # no label over another; the last day always has one
            shown.append((min(max(x, 22), WIDTH - 24), height - 6, f"{day:%Y-%m}"))
            edge = x
    return format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', shown)


def _limit(plane: Plane, limit: float | None, label: str) -> SafeString:
    if limit is None:
        return SafeString("")
    y = plane.y(limit)
    return format_html(
        '<path class="chart-limit" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        plane.left, y, WIDTH - RIGHT + 6, WIDTH - RIGHT + 6, y - 4, label,
    )  # fmt: skip


def _line(plane: Plane, series: Series, number: int) -> SafeString:
    points = [(plane.x(day), plane.y(value)) for day, value in sorted(series.points)]
    path = "M" + "L".join(f"{x} {y}" for x, y in points) if len(points) > 1 else ""
    marks = format_html_join("", "{}", ((_mark(x, y, number),) for x, y in points))
    if not path:
        return marks
    return format_html(
        '<path class="chart-line" d="{}" stroke-dasharray="{}"/>{}',
        path, DASHES[number % len(DASHES)], marks,
    )  # fmt: skip


def _mark(x: float, y: float, number: int) -> SafeString:
    """Disc, square, ring, triangle: the same in print without colour."""
    shapes = (
        '<circle class="chart-mark" cx="{x}" cy="{y}" r="3.5"/>',
        '<path class="chart-mark" d="M{x} {y}m-3.5 -3.5h7v7h-7z"/>',
        '<circle class="chart-mark chart-ring" cx="{x}" cy="{y}" r="3.5"/>',
        '<path class="chart-mark" d="M{x} {y}m0 -4.5l4.5 8h-9z"/>',
    )
    return format_html(shapes[number % len(shapes)], x=x, y=y)
