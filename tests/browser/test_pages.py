"""Signing in and reading, at both widths, as a person sees it."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.factories import ChildFactory, PostingFactory

from .looking import assert_fits
from .steps import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_supervisor_signs_in_and_lands_at_home(page):
    with transaction.atomic():
        posting = PostingFactory()
    page.goto("/accounts/login/")
    assert_fits(page)

    sign_in(page, posting.user)

    assert page.locator("html").get_attribute("lang") == "zh-hans"
    assert_fits(page)


@pytest.mark.parametrize(("locale", "lang"), [("zh-CN", "zh-hans"), ("en-GB", "en")])
def test_the_browsers_language_decides(new_page, locale, lang):
    page = new_page(1280, locale=locale)

    page.goto("/accounts/login/")

    assert page.locator("html").get_attribute("lang") == lang


@pytest.mark.parametrize("name", ["child_list", "child_create", "child_detail", "child_change"])
def test_the_pages_of_children_fit(page, enter, name):
    with transaction.atomic():
        posting, child = PostingFactory(), ChildFactory()
    enter(page, posting)
    of_one = name in ("child_detail", "child_change")

    answer = page.goto(reverse(f"children:{name}", args=[child.case_number] if of_one else []))

    assert answer.status == 200
    assert_fits(page)


def test_axe_finds_what_is_wrong(page1280):
    page1280.goto("/accounts/login/")
    page1280.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")

    with pytest.raises(AssertionError, match="label"):
        assert_fits(page1280)
