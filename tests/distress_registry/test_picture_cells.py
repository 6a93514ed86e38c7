"""Cells of the picture are put together as text: what is not ours is escaped on the way."""

from distress_registry.models.picture_page import Line
from distress_registry.views.picture_cells import Drawn


def test_names_and_addresses_are_escaped():
    line = Line("x", name='<b>"Wu" & so</b>', query='month=2026-03&x="><script>')
    for cell in line.cells.values():
        cell.of, cell.covered = 7, 5

    Drawn(is_named=True).add_to([line])

    assert "<b>" not in line.drawn
    assert "<script>" not in line.drawn
    assert "&lt;b&gt;&quot;Wu&quot; &amp; so&lt;/b&gt;" in line.drawn
    assert "?month=2026-03&amp;x=&quot;&gt;&lt;script&gt;&amp;guarantee=" in line.drawn
