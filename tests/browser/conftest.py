"""A real browser before a real server: the system's chromium, in Chinese, on a phone and a desk."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.signing_in import sign_in

# Debian builds the one without a window apart: the same pages in a third of the time.
CHROMIUM = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable",
)  # fmt: skip
HOW_TO_GET_IT = "no chromium found; on Debian: apt-get install chromium fonts-noto-cjk"


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Skips without a chromium, saying how to get one; the gate refuses the skip."""
    program = find_chromium()
    if program is None:
        pytest.skip(HOW_TO_GET_IT)
    # Playwright keeps a loop in this thread; Django would take our queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--disable-dev-shm-usage"] + ["--no-sandbox"] * (os.getuid() == 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Witness:
    """Remembers what no page may do: script errors, refused content, calls to other hosts."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.complaints: list[str] = []
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("console", self._listen)
        context.on("request", lambda request: self._watch(request.url, home))

    def _listen(self, message) -> None:
        refused = "Content Security Policy" in message.text
        if refused:
            self.complaints.append(f"console: {message.text}")

    def _watch(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:", "about:")):
            self.complaints.append(f"another host: {url}")


@pytest.fixture
def new_page(browser, live_server):
    """`new_page(width)`: a page of a new visitor. What it must never do fails the test."""
    contexts, witnesses = [], []

    def open_page(width: int = 1280, **options) -> Page:
        phone = width < 600
        usual = {
            "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "base_url": live_server.url,
            "reduced_motion": "reduce",  # no colour is looked at half way to the next
        }  # fmt: skip
        size = {"width": width, "height": 740 if phone else 900}
        context = browser.new_context(
            viewport=size, is_mobile=phone, has_touch=phone, **usual | options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        witnesses.append(Witness(context, live_server.url))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert [complaint for witness in witnesses for complaint in witness.complaints] == []


@pytest.fixture
def enter(live_server):
    """`enter(page, posting)`: signed in as the posting's user, without the sign-in page."""

    def enter(page: Page, posting, second_factor: bool = True) -> None:
        cookie = sign_in(Client(), posting, second_factor).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )

    return enter


@pytest.fixture
def page360(new_page) -> Page:
    return new_page(360)


@pytest.fixture
def page1280(new_page) -> Page:
    return new_page(1280)


@pytest.fixture(params=[360], ids=["phone"])
def page(request, new_page) -> Page:
    """For a test of one width; the stories walk at both, and every page is measured at both."""
    return new_page(request.param)
