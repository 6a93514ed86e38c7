"""A picture of figures: right, escaped, allowed by the content security policy, told in words."""

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from schools.charts import Series, line_chart

MARCH, APRIL, JUNE = date(2026, 3, 1), date(2026, 4, 1), date(2026, 6, 1)
LEVELS = ["没有", "有一点", "明显", "严重"]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*series, **options):
    svg = line_chart(series, title="情绪", **options)
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))


def discs(root):
    return [(float(c.get("cx")), float(c.get("cy"))) for c in root.iter(f"{SVG}circle")]


def test_nothing_to_draw_is_no_picture():
    assert line_chart([], title="x") == line_chart([Series("a", [])], title="x") == ""


def test_later_days_lie_to_the_right_and_greater_values_above_in_their_proportion():
    root = drawn(Series("a", [(JUNE, 3), (MARCH, 0), (APRIL, 1)]), high=3, levels=LEVELS)

    (x1, y1), (x2, y2), (x3, y3) = discs(root)
    assert x1 < x2 < x3
    assert (x2 - x1) / (x3 - x1) == pytest.approx(31 / 92, abs=0.01)
    assert (y1 - y2) / (y1 - y3) == pytest.approx(1 / 3, abs=0.01)


@pytest.mark.parametrize("points", [[(MARCH, 2)], [(MARCH, 0), (APRIL, 0)]])
def test_a_single_day_and_a_flat_line_are_drawn_too(points):
    assert len(discs(drawn(Series("a", points)))) == len(points)


def test_the_picture_has_its_title_and_says_first_and_last_value_in_words():
    root = drawn(Series("睡眠", [(MARCH, 0), (APRIL, 2), (JUNE, 3)]))

    title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title.text == "情绪"
    assert words.text == "睡眠: 2026-03: 0 → 2026-06: 3"
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [title.get("id"), words.get("id")]


def test_names_are_escaped_and_no_style_or_script_stands_in_it():
    bad = '<script>"&'
    svg = line_chart(
        [Series(bad, [(MARCH, 1)]), Series("b", [(MARCH, 2)])], title=bad, levels=["a", bad],
        limit=1, limit_label=bad,
    )  # fmt: skip

    assert "<script" not in svg
    assert not re.search(r"\s(style|on\w+)=", svg)
    ElementTree.fromstring(svg)


def test_lines_differ_without_colour():
    root = drawn(*(Series(name, [(MARCH, 1), (APRIL, 2)]) for name in "abcd"))

    paths = [p for p in root.iter(f"{SVG}path") if p.get("class") == "chart-line"]
    assert len({p.get("stroke-dasharray") for p in paths}) == 4


def test_nothing_leaves_the_picture():
    many = [Series("很长很长的项目名称" * 2, [(MARCH, 99), (JUNE, -5)]) for _ in range(4)]
    root = drawn(*many, high=3, levels=LEVELS, height=200)

    height = float(root.get("viewBox").split()[3])
    for x, y in discs(root):
        assert 0 <= x <= 400
        assert 0 <= y <= height


def test_labels_of_close_days_do_not_cover_each_other():
    days = [date(2026, 3, day) for day in range(1, 31)]
    root = drawn(Series("a", [(day, 1) for day in days] + [(date(2026, 3, 31), 1)]))

    labels = [t for t in root.iter(f"{SVG}text") if t.text == "2026-03"]
    places = sorted(float(label.get("x")) for label in labels)
    assert places
    assert all(b - a >= 50 for a, b in pairwise(places))
