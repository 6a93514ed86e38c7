"""Every page of ours, on a phone and a desk: axe finds nothing, nothing is too wide."""

import pytest
from django.db import transaction

from accounts.roles import Role
from tests.browser.looking import assert_fits
from tests.browser.steps import enter_as
from tests.factories import COUNTY, VILLAGE, CaseAccessFactory, PostingFactory, area
from tests.test_role_url import VIEWS, address, whole_file

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.AUDITOR])
def test_every_page_fits_and_has_no_barrier(page, role):
    with transaction.atomic():
        child = whole_file(VILLAGE)
        posting = PostingFactory(role=role, area=area(COUNTY))
    enter_as(page, posting)
    opened = 0
    for name, _view, names in VIEWS:
        with transaction.atomic():
            url = address(name, names, child)
        answer = page.request.get(url)
        kind = answer.headers.get("content-type", "")
        if answer.status != 200 or "html" not in kind or "<html" not in answer.text():
            continue
        page.goto(url)
        assert_fits(page)
        opened += 1
    assert opened >= (2 if role == Role.AUDITOR else 15)


def test_every_page_of_the_school_fits_a_phone_in_english_and_has_no_barrier(new_page):
    """In English words are longest; the Chinese pages are those of the story."""
    page = new_page(360, locale="en-GB")
    with transaction.atomic():
        lead = PostingFactory(role=Role.PRINCIPAL)
        child = whole_file(VILLAGE, school=lead.organisation)
        CaseAccessFactory(child=child, organisation=lead.organisation)
    enter_as(page, lead)
    opened = 0
    for name, _view, names in VIEWS:
        if not name.startswith("schools:"):
            continue
        with transaction.atomic():
            url = address(name, names, child)
        answer = page.request.get(url)
        if answer.status == 200 and "<html" in answer.text():
            page.goto(url)
            assert page.locator("html").get_attribute("lang") == "en"
            assert_fits(page)
            opened += 1
    assert opened >= 40


def test_forms_with_errors_have_no_barrier(page):
    with transaction.atomic():
        child = whole_file(VILLAGE)
        posting = PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))
    enter_as(page, posting)
    for url in ("/children/new/", f"/children/{child.case_number}/guardianship/add/",
                f"/children/{child.case_number}/certificate/add/"):  # fmt: skip
        page.goto(url)
        page.locator(".actions-bottom button").click()
        page.locator(".is-invalid").first.wait_for()
        assert_fits(page)


def test_pages_for_those_who_may_not_have_no_barrier(page):
    with transaction.atomic():
        child = whole_file(VILLAGE)
        posting = PostingFactory(role=Role.AUDITOR, area=area(COUNTY))
    enter_as(page, posting)
    for url in (f"/children/{child.case_number}/", "/nowhere/"):
        page.goto(url)
        assert_fits(page)
    enter_as(page, posting, second_factor=False)
    page.goto("/acting/second-factor/")
    assert_fits(page)
    page.goto("/accounts/2fa/totp/activate/")
    assert_fits(page)
