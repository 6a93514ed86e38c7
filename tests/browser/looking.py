"""What the browser tests assert of any page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def assert_axe_clean(page: Page, options: dict[str, Any] | None = None) -> None:
    """axe, from its package and not from the network, finds nothing; what it finds is listed."""
    # A click is back when the next page begins to come: its document may still be empty.
    page.wait_for_load_state()
    # What passed would be told node by node, which takes longer than finding it.
    asked = {"resultTypes": ["violations"]} | (options or {})
    violations = Axe().run(page, options=asked).response["violations"]
    found = [
        f"{violation['id']}: {violation['help']} — {node['html'][:200]}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_readable(page: Page) -> None:
    """On paper there is no other barrier than pale print."""
    assert_axe_clean(page, {"runOnly": ["color-contrast"]})


def assert_no_sideways_scroll(page: Page) -> None:
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen, f"{page.url} is {wide} px wide on a screen of {seen} px"


THUMB = 36  # px; what is pressed on a phone is no lower, its label counted
LOW = """thumb => Array.from(document.querySelectorAll(
    "main button, main a.btn, main select, main summary, main [type=checkbox], main [type=radio]"
)).filter(e => {
    const labels = e.labels && e.type !== "submit" ? Array.from(e.labels) : [];
    const high = Math.max(...[e, ...labels].map(part => part.getBoundingClientRect().height));
    return e.checkVisibility({ visibilityProperty: true }) && high < thumb;
}).map(e => e.outerHTML.slice(0, 120))"""


def assert_thumbs_fit(page: Page) -> None:
    if page.viewport_size and page.viewport_size["width"] < 600:
        low = page.evaluate(LOW, THUMB)
        assert not low, f"{page.url}\n" + "\n".join(low)


def assert_fits(page: Page) -> None:
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    assert_thumbs_fit(page)
